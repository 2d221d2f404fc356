import { cpSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { bin, platewright, start } from "./support/command.ts";

describe("wrong usage is one sentence with the way out, and exit code 2", () => {
  test.each([
    [[], "Which command? There are: inspect, compile, explain, run, doctor, demo."],
    [["inspekt"], 'There is no command "inspekt". Did you mean platewright inspect?'],
    [["--json", "inspect"], "The command comes first"],
    [["inspect"], "platewright inspect lacks its <plate>."],
    [["run", "only.ts"], "platewright run lacks its <plate>."],
    [["inspect", "a", "b"], 'does not know what to do with "b"'],
    [["inspect", "a", "--wels", "A01"], "There is no flag --wels. Did you mean --wells?"],
    [["inspect", "a", "--Wells", "A01"], "There is no flag --Wells. Did you mean --wells?"],
    [["run", "a", "b", "--failfast"], "There is no flag --failfast. Did you mean --fail-fast?"],
    [["inspect", "a", "-x"], "There is no flag -x."],
    [["inspect", "a", "--wells"], "--wells lacks its value. Write --wells <filter>."],
    [["inspect", "a", "--wells", "--json"], "--wells lacks its value."],
    [["inspect", "a", "--quiet=yes"], "--quiet takes no value."],
    [["inspect", "a", "--out", "b"], "--out is no flag of platewright inspect."],
    [["doctor", "--wells", "A01"], "--wells is no flag of platewright doctor."],
    [["inspect", "a", "--layout", "x", "--layout", "y"], "--layout is given twice."],
    [["run", "a.ts", "b"], "platewright run lacks --out."],
    [["run", "a.ts", "b", "--out", "c", "--resume", "--overwrite"], "Write one of them."],
    [["run", "--plan", "p.json"], "platewright run lacks --out."],
    [["compile", "a.ts"], "platewright compile lacks its <plate>."],
    [["explain"], "platewright explain lacks its <pipeline>."],
    [["explain", "a.ts"], "platewright explain lacks its <plate>."],
    [["run", "a.ts", "b", "--out", "c", "--config"], "--config lacks its value."],
    [
      ["run", "a.ts", "b", "--out", "c", "--workers", "two"],
      '--workers sets "workers" to "two"; it must be a whole number from 1.',
    ],
    [["run", "a.ts", "b", "--out", "c", "--memory-limit", "2 parsecs"], "which is no size"],
    [
      ["run", "a.ts", "b", "--out", "c", "--missing", "maybe"],
      '--missing sets "missing" to "maybe"; it must be "error" or "skip".',
    ],
    [["run", "a.ts", "b", "--out", "c", "--set", "compression"], "--set compression gives no value."],
    [["run", "a.ts", "b", "--out", "c", "--set", "colour=red"], '"colour", which is no setting'],
  ])("platewright %j", async (args, sentence) => {
    const { code, stdout, stderr } = await platewright(args);
    expect({ code, stdout: args.includes("--json") ? "" : stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("    at ");
  });
});

test("with --json wrong usage is one JSON document", async () => {
  const { code, stdout } = await platewright(["inspect", "a", "--wels", "A01", "--json"]);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    error: { code: "usage", message: "There is no flag --wels. Did you mean --wells?" },
  });
});

test("--help shows the commands, and a command's flags", async () => {
  const program = await platewright(["--help"]);
  expect(program).toMatchObject({ code: 0, stderr: "" });
  for (const name of ["inspect", "compile", "explain", "run", "doctor", "demo"])
    expect(program.stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  const run = await platewright(["run", "--help"]);
  expect(run.code).toBe(0);
  expect(run.stdout).toContain("Usage: platewright run <pipeline> <plate> [flags]");
  expect(run.stdout).toContain("--fail-fast");
});

test("--version shows the version", async () => {
  expect(await platewright(["--version"])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: "",
  });
});

test("a program that is half installed ends with its error, and does not turn in circles", async () => {
  const folder = temporaryFolder();
  const own = dirname(dirname(bin));
  cpSync(join(own, "dist"), join(folder, "dist"), { recursive: true });
  cpSync(join(own, "package.json"), join(folder, "package.json"));
  symlinkSync(join(own, "../../node_modules"), join(folder, "node_modules"));
  for (const name of readdirSync(join(folder, "dist")))
    if (name.startsWith("error-output")) rmSync(join(folder, "dist", name));
  const { code, stderr } = await start(process.execPath, [join(folder, "dist/bin.js"), "inspekt"]).ended;
  expect(code).toBe(1);
  expect(stderr).toContain("Error: ");
});
