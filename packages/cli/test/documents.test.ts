import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright } from "./support/command.ts";
import { countingPipeline, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The fields that the README promises of a command's document; what stands in parentheses is of theirs. */
function promised(command: string): {
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
} {
  const [, cell = ""] = new RegExp(`^\\| \`?${command}\`? \\| (\\S.*) \\|$`, "m").exec(readme) ?? [];
  const names = [...cell.replace(/\([^)]*\)/g, "").matchAll(/`(\w+\??)`/g)].map(([, name = ""]) => name);
  return {
    always: names.filter((name) => !name.endsWith("?")),
    sometimes: names.filter((name) => name.endsWith("?")).map((name) => name.slice(0, -1)),
  };
}

async function expectPromised(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { stdout } = await platewright([...args, "--json"], { cwd });
  const fields = Object.keys(JSON.parse(stdout) as object);
  const { always, sometimes } = promised(command);
  expect(always).not.toEqual([]);
  expect(fields).toEqual(expect.arrayContaining([...always]));
  expect([...always, ...sometimes]).toEqual(expect.arrayContaining(fields));
}

test("the documents of --json have the fields that the README names, and no others", async () => {
  const folder = temporaryFolder();
  await makePlate(join(folder, "plate"), { wells: ["A01"], size: 64 });
  writeModule(folder, "pipeline.ts", countingPipeline);
  writeModule(folder, "wrong.ts", countingPipeline.replace("minArea: 10", "minArea: -1"));
  await expectPromised("inspect", ["inspect", "plate"], folder);
  await expectPromised("compile", ["compile", "pipeline.ts", "plate"], folder);
  await expectPromised("run", ["run", "pipeline.ts", "plate", "--out", "out"], folder);
  await expectPromised("doctor", ["doctor"], folder);
  await expectPromised("demo", ["demo"], folder);
  await expectPromised("what fails", ["inspect", "nowhere"], folder);
  await expectPromised("what fails", ["compile", "wrong.ts", "plate"], folder);
});
