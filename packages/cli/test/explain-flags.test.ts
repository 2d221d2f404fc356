import { expect, test } from "vitest";
import { commands } from "../src/commands/commands.ts";
import { explain } from "../src/commands/explain.ts";
import { parseFlags } from "../src/flags/parse-flags.ts";
import { UsageError } from "../src/flags/usage-error.ts";
import { createOutput } from "../src/output/output.ts";

test.each([
  [["--plan", "p.json", "--wells", "A01"], "--wells is decided by the plan p.json. Leave it out"],
  [["--plan", "p.json", "--set", "workers=2"], "--set is decided by the plan p.json."],
  [["--plan", "p.json", "--config", "c.ts"], "--config is decided by the plan p.json."],
  [["--plan", "p.json", "--config"], "Leave out --plan, or --config."],
  [["a.ts", "--config", "--well", "A01"], "Leave out --well, or --config."],
  [["a.ts", "plate", "--diff", "p.json", "--well", "A01"], "Leave out --well, or --diff."],
])("%j would change nothing and is refused", async (argv, message) => {
  const command = commands.find(({ name }) => name === "explain");
  if (!command) throw new Error("There is no command explain.");
  const given = parseFlags(command, argv);
  const explained = explain({ given, output: createOutput(given) });
  await expect(explained).rejects.toThrow(message);
  await expect(explained).rejects.toBeInstanceOf(UsageError);
});
