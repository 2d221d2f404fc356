import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright, startPlatewright } from "./support/command.ts";
import { filesIn } from "./support/files.ts";
import { pipelineWith, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

const endless = pipelineWith(
  'console.error("it runs"); return new Promise((done) => setTimeout(() => done(stack), 60_000));',
);

test("a second run into the same folder is refused while the first lives, whatever it would do with what is there", async () => {
  const folder = temporaryFolder();
  const plate = join(folder, "plate");
  const out = join(folder, "out");
  await makePlate(plate, { wells: ["A01"] });
  const args = ["run", writeModule(folder, "endless.ts", endless), plate, "--out", out];
  const { child, ended } = startPlatewright(args);
  await new Promise<void>((resolve) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("it runs")) resolve();
    });
  });
  const before = filesIn(out);
  for (const flag of [[], ["--overwrite"], ["--resume"]]) {
    const { code, stderr } = await platewright([...args, ...flag]);
    expect(code).toBe(1);
    expect(stderr).toContain(`Another run is writing into "${out}" (process ${child.pid} on `);
  }
  expect(filesIn(out)).toEqual(before);
  child.kill("SIGKILL");
  await Promise.all([ended, once(child, "exit").catch(() => undefined)]);
  const quick = writeModule(folder, "quick.ts", pipelineWith("return stack;"));
  const { code } = await platewright(["run", quick, plate, "--out", out, "--overwrite"]);
  expect(code).toBe(0);
  expect(existsSync(join(out, "run.lock"))).toBe(false);
});
