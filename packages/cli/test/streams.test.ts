import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { bin, type Ended, start } from "./support/command.ts";
import { countingPipeline, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

/** Runs the command in a shell, `redirected` behind it; answers the command's own exit code. */
function inShell(args: readonly string[], redirected: string): Promise<Ended> {
  const script = `"$@" ${redirected}; exit \${PIPESTATUS[0]}`;
  return start("bash", ["-c", script, "bash", process.execPath, bin, ...args]).ended;
}

test("a reader that leaves early is no error", async () => {
  expect(await inShell(["--help"], "| head -n 1")).toEqual({
    code: 0,
    stdout: "Usage: platewright <command> [flags]\n",
    stderr: "",
  });
});

test("what can't be printed, as on a full disk, is an error", async () => {
  const { code, stderr } = await inShell(["--help"], "> /dev/full");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^Error: What was to be printed can't be written: ENOSPC.*Give stdout another place\.\n$/,
  );
});

test("a run goes on to its end when nobody reads its messages any more", async () => {
  const folder = temporaryFolder();
  await makePlate(join(folder, "plate"), { wells: ["A01", "A02", "A03"] });
  const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
  const args = ["run", pipeline, join(folder, "plate"), "--out", join(folder, "out")];
  for (const workers of ["1", "2"]) {
    const redirected = "2>&1 >/dev/null | true";
    const { code } = await inShell([...args, "--workers", workers, "--overwrite"], redirected);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "out/run.json"), "utf8")).status).toBe("complete");
  }
});
