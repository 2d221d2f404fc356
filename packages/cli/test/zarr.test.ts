import { existsSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { platewright } from "./support/command.ts";
import { contentsOf, filesIn } from "./support/files.ts";
import { countingPipeline, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

async function prepare(): Promise<{
  readonly folder: string;
  readonly plate: string;
  readonly pipeline: string;
}> {
  const folder = temporaryFolder();
  const plate = join(folder, "plate");
  await makePlate(plate, { wells: ["A01", "A02", "B02"], sites: 2, planes: 2 });
  return { folder, plate, pipeline: writeModule(folder, "pipeline.ts", countingPipeline) };
}

const run = (pipeline: string, plate: string, out: string, ...flags: string[]) =>
  platewright(["run", pipeline, plate, "--out", out, "--storage", "zarr", "--json", ...flags]);

const table = (out: string): string => readFileSync(join(out, "tables", "cells.csv"), "utf8");

test("results in Zarr are plates: the step's images as they are on the disk, and an input like any other", async () => {
  const { folder, plate, pipeline } = await prepare();
  const [files, arrays, again] = ["files", "arrays", "again"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  expect((await platewright(["run", pipeline, plate, "--out", files])).code).toBe(0);
  const { code, stdout } = await run(pipeline, plate, arrays);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "complete",
    outputs: { images: 12, tables: ["tables/cells.csv"] },
  });
  expect(table(arrays)).toBe(table(files));

  const inspected = await platewright(["inspect", join(arrays, "plate.zarr"), "--json"]);
  expect(JSON.parse(inspected.stdout)).toMatchObject({
    layout: "ome-zarr",
    wells: ["A01", "A02", "B02"],
    components: { site: ["1", "2"], channel: ["1"], z: ["1"] },
    images: 6,
    dtype: "uint16",
    missing: [],
  });
  expect((await platewright(["run", pipeline, join(arrays, "plate.zarr"), "--out", again])).code).toBe(0);
  expect(table(again)).toBe(table(files));

  const equal = runPython(
    `import sys, numpy, tifffile, zarr
plate = zarr.open(sys.argv[2] + "/plate.zarr", "r")
for well, row in [("A01", "A/1"), ("A02", "A/2"), ("B02", "B/2")]:
    for site in (1, 2):
        image = tifffile.imread(f"{sys.argv[1]}/images/project/{well}_s00{site}_w1_z001_t001.tif")
        assert numpy.array_equal(plate[f"{row}/{site - 1}/0"][0, 0, 0], image), (well, site)
        cells = tifffile.imread(f"{sys.argv[1]}/images/count/{well}_s00{site}_w1_z001_t001.tif")
        labels = plate[f"{row}/{site - 1}/labels/count"]
        assert labels.attrs["image-label"]["source"]["image"] == "../../"
        assert numpy.array_equal(labels["0"][0, 0, 0], cells) and cells.max() > 0, (well, site)
print("equal")`,
    [files, arrays],
  );
  expect(equal).toBe("equal\n");
});

test("one worker and several write the same plate, to the byte", async () => {
  const { folder, plate, pipeline } = await prepare();
  const contents = [];
  for (const workers of ["1", "3"]) {
    const out = join(folder, `out-${workers}`);
    expect((await run(pipeline, plate, out, "--workers", workers)).code).toBe(0);
    const { "run.json": _, ...rest } = contentsOf(out);
    contents.push(rest);
  }
  expect(Object.keys(contents[0] ?? {}).length).toBeGreaterThan(20);
  expect(contents[1]).toEqual(contents[0]);
});

test("a well that fails is not in the plate, and leaves nothing there", async () => {
  const { folder, plate, pipeline } = await prepare();
  const damaged = filesIn(plate).find((path) => path.includes("A02_s2")) ?? "";
  truncateSync(join(plate, damaged), 700);
  const out = join(folder, "out");
  expect((await run(pipeline, plate, out)).code).toBe(3);
  const inspected = await platewright(["inspect", join(out, "plate.zarr"), "--json"]);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ wells: ["A01", "B02"] });
  expect(filesIn(out).filter((path) => path.includes("A/2/"))).toEqual([]);
});

test("plates of an earlier run are replaced on purpose only", async () => {
  const { folder, plate, pipeline } = await prepare();
  const out = join(folder, "out");
  expect((await run(pipeline, plate, out)).code).toBe(0);
  expect((await run(pipeline, plate, out)).code).toBe(1);
  expect((await run(pipeline, plate, out, "--overwrite", "--wells", "B02")).code).toBe(0);
  const inspected = await platewright(["inspect", join(out, "plate.zarr"), "--json"]);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ wells: ["B02"] });
});

test("a codec that the storage lacks is one sentence, and nothing is left", async () => {
  const { folder, plate, pipeline } = await prepare();
  const out = join(folder, "out");
  const { code, stdout } = await run(pipeline, plate, out, "--set", "compression=deflate");
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    diagnostics: [
      { code: "setting", step: "project", message: expect.stringContaining('packed by "deflate"') },
      { code: "setting", step: "count" },
    ],
  });
  expect(existsSync(out)).toBe(false);
});

test("the input is converted beside the results on request, and read from there by later runs", async () => {
  const { folder, plate, pipeline } = await prepare();
  const [files, out] = [join(folder, "files"), join(folder, "out")];
  expect((await platewright(["run", pipeline, plate, "--out", files])).code).toBe(0);
  const flags = ["--convert-input", "--set", "omeZarr=0.5"];
  expect((await platewright(["run", pipeline, plate, "--out", out, ...flags])).code).toBe(0);
  expect(table(out)).toBe(table(files));
  const inspected = await platewright(["inspect", join(out, "input.zarr"), "--json"]);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ layout: "ome-zarr", wells: ["A01", "A02", "B02"] });
  expect(existsSync(join(out, "input.zarr", "zarr.json"))).toBe(true);
  const chunks = (): readonly string[] =>
    filesIn(join(out, "input.zarr"))
      .filter((path) => path.includes("/c/"))
      .map((path) => `${path} ${statSync(join(out, "input.zarr", path)).ino}`);
  const before = chunks();
  const again = ["run", pipeline, plate, "--out", out, "--overwrite", ...flags];
  expect((await platewright(again)).code).toBe(0);
  expect(table(out)).toBe(table(files));
  expect(chunks()).toEqual(before);

  for (const path of filesIn(plate).filter((name) => /B02.*tiff?$/i.test(name)))
    truncateSync(join(plate, path), 0);
  const { code, stderr } = await platewright(again);
  expect(code).toBe(3);
  expect(stderr).toContain("the images of B02 have changed since they were converted");
  expect(stderr).toContain("it has 0 bytes");
});
