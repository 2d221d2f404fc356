import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { testOnSmallDisk } from "../../../test/support/small-disk.ts";
import { bin, platewright, start } from "./support/command.ts";
import { filesIn } from "./support/files.ts";
import { countingPipeline, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

testOnSmallDisk(
  "a plate for which the disk has no room is whole as far as it goes, and complete once there is room",
  async (isolate) => {
    const folder = temporaryFolder();
    const plate = join(folder, "plate");
    await makePlate(plate, { wells: ["A01", "A02", "A03"], size: 256 });
    const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
    const elsewhere = join(folder, "elsewhere");
    const flags = ["--storage", "zarr"];
    expect((await platewright(["run", pipeline, plate, "--out", elsewhere, ...flags])).code).toBe(0);

    const out = join(folder, "disk/out");
    const script = `
    disk="$1"; shift
    mkdir "$disk" && mount -t tmpfs -o size=300k tmpfs "$disk" || exit
    "$@"; echo "first: $?"
    (cd "$disk/out" && find plate.zarr -name .checksums.json | sort)
    mount -o remount,size=30m "$disk" || exit
    "$@" --resume; echo "second: $?"
    cd "$disk/out" && find plate.zarr tables -type f -exec sha256sum {} +`;
    const [first = "", ...rest] = isolate;
    const command = [process.execPath, bin, "run", pipeline, plate, "--out", out, ...flags];
    const { stdout, stderr } = await start(first, [
      ...rest,
      "sh",
      "-c",
      script,
      "sh",
      join(folder, "disk"),
      ...command,
    ]).ended;
    expect(stdout).toContain("first: 3");
    expect(stderr).toMatch(
      /Well A0\d, step "\w+": its images could not be kept: No room on the disk for plate\.zarr\/\S+ \(needs \d+ kB\)/,
    );
    expect(stderr).not.toContain("    at ");
    const between = stdout.slice(stdout.indexOf("first:"), stdout.indexOf("second:")).split("\n");
    expect(between).toContain("plate.zarr/A/1/.checksums.json");
    expect(between).not.toContain("plate.zarr/A/3/.checksums.json");
    expect(stdout).toContain("second: 0");
    const sums = new Map(
      stdout.split("\n").flatMap((line) => {
        const [, sum, path] = /^([0-9a-f]{64}) {2}(.*)$/.exec(line) ?? [];
        return sum && path ? [[path, sum] as const] : [];
      }),
    );
    const expected = filesIn(elsewhere).filter((path) => /^(plate\.zarr|tables)\//.test(path));
    expect([...sums.keys()].sort()).toEqual([...expected].sort());
    for (const path of expected)
      expect([path, sums.get(path)]).toEqual([
        path,
        createHash("sha256")
          .update(readFileSync(join(elsewhere, path)))
          .digest("hex"),
      ]);
  },
);
