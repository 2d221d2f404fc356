import { join } from "node:path";
import { expect } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { testOnSmallDisk } from "../../../test/support/small-disk.ts";
import { bin, type Ended, start } from "./support/command.ts";
import { countingPipeline, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

/** Runs with the results on a disk of so many KiB, and lists what is left there after the line "left:". */
async function runOnSmallDisk(
  isolate: readonly string[],
  kibibytes: number,
  flags: readonly string[],
): Promise<Ended> {
  const folder = temporaryFolder();
  await makePlate(join(folder, "plate"), { wells: ["A01", "A02", "A03"], size: 256 });
  const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
  const script = `
    mkdir "$1/disk" && mount -t tmpfs -o size=${kibibytes}k tmpfs "$1/disk" || exit
    shift; "$@"; code=$?
    echo left:; find "${folder}/disk" -type f -printf '%P\\n' | sort
    exit $code`;
  const command = [
    process.execPath,
    bin,
    "run",
    pipeline,
    join(folder, "plate"),
    "--out",
    join(folder, "disk/out"),
  ];
  const [first = "", ...rest] = isolate;
  return start(first, [...rest, "sh", "-c", script, "sh", folder, ...command, ...flags]).ended;
}

testOnSmallDisk("a disk that is too small is seen before anything runs", async (isolate) => {
  const { code, stdout, stderr } = await runOnSmallDisk(isolate, 100, []);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /No room on the disk for the results: they need \S+ [kM]B, and the disk of .* has 102 kB free\./,
  );
  expect(stdout).toBe("left:\n");
});

testOnSmallDisk(
  "a disk that fills up on the way fails its wells by name and leaves nothing half-written",
  async (isolate) => {
    const { code, stdout, stderr } = await runOnSmallDisk(isolate, 180, ["--set", "compression=deflate"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /Well A03, step "\w+": its images could not be kept: No room on the disk for images\/\w+\/A03_s001_w1_z001_t001\.tif/,
    );
    expect(stderr).not.toContain("    at ");
    expect(stdout.split("left:\n")[1]?.trim().split("\n")).toEqual([
      "out/images/count/A01_s001_w1_z001_t001.tif",
      "out/images/count/A02_s001_w1_z001_t001.tif",
      "out/images/project/A01_s001_w1_z001_t001.tif",
      "out/images/project/A02_s001_w1_z001_t001.tif",
      "out/progress/A01.json",
      "out/progress/A02.json",
      "out/run.json",
      "out/tables/cells.csv",
    ]);
  },
);
