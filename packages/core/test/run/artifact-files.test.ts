import { createHostArray, definePipeline, type Roi, step } from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { fromPeak, same } from "../support/functions.ts";
import { createGrid, mapGrid, valuesOf } from "../support/grid.ts";
import { createBench, pixelOf } from "../support/plate.ts";
import { contentOf, createFakeDisk } from "../support/storage.ts";

/** A mask of each slice, as an array, and its brightest pixel, as a region. */
const segment = grid(
  {
    name: "segment",
    unit: "slice",
    specialOutputs: ["mask", "spots"],
    materialize: { mask: "tiff", spots: "roi" },
  },
  (slice) => {
    const values = valuesOf(slice);
    const brightest = values.indexOf(Math.max(...values));
    const spots: readonly Roi[] = [{ type: "points", points: [[brightest % 3, Math.floor(brightest / 3)]] }];
    return [slice, { mask: mapGrid(slice, (value) => (value > 50 ? 1 : 0)), spots }];
  },
);
/** The first slice of the whole stack, and a region a slice. */
const outline = grid(
  { name: "outline", specialOutputs: ["first", "frames"], materialize: { first: "tiff", frames: "roi" } },
  (stack) => [
    stack,
    {
      first: stack.pick(0),
      frames: Array.from(
        { length: 3 },
        (_, slice): Roi => ({ type: "rectangle", x: 0, y: 0, width: 3, height: 2, slice }),
      ),
    },
  ],
);
const pipeline = definePipeline({ name: "a", steps: [step("segment", segment), step("outline", outline)] });

test("arrays are kept as TIFF and regions as ROI zips: a file for each slice, or for each group", async () => {
  const bench = await createBench({ wells: ["A01"], index: { pixelSize: { x: 0.5, y: 0.5, unit: "µm" } } });
  const plan = await bench.pw.compile(pipeline, bench.plate);
  expect(plan.steps.map(({ gives }) => gives.map(({ file }) => file))).toEqual([
    [
      { path: "artifacts/mask", format: "tiff", ending: "tif" },
      { path: "artifacts/spots", format: "roi", ending: "zip" },
    ],
    [
      { path: "artifacts/first", format: "tiff", ending: "tif" },
      { path: "artifacts/frames", format: "roi", ending: "zip" },
    ],
  ]);
  const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  const content = contentOf(bench.disk, "/results");
  const paths = Object.keys(content).filter((path) => path.startsWith("artifacts/"));
  expect(report.outputs.artifacts).toEqual([...paths].sort());
  expect(paths).toHaveLength(6 + 6 + 2 + 2);
  const plane = (channel: string, z: string) =>
    Array.from({ length: 6 }, (_, i) => pixelOf({ well: "A01", site: "1", channel, z, timepoint: "1" }, i));
  expect(content["artifacts/mask/A01_s001_w2_z003_t001.tif"]).toEqual([
    "uint16",
    [2, 3],
    plane("2", "3").map((value) => (value > 50 ? 1 : 0)),
  ]);
  const brightest = plane("2", "3").indexOf(Math.max(...plane("2", "3")));
  expect(content["artifacts/spots/A01_s001_w2_z003_t001.zip"]).toEqual([
    { type: "points", points: [[brightest % 3, Math.floor(brightest / 3)]] },
  ]);
  expect(content["artifacts/first/A01_s001_w2_z001_t001.tif"]).toEqual(["uint16", [2, 3], plane("2", "1")]);
  expect(content["artifacts/frames/A01_s001_w1_z001_t001.zip"]).toMatchObject([
    { slice: 0 },
    { slice: 1 },
    { slice: 2 },
  ]);
  expect(bench.disk.written.get("artifacts/mask/A01_s001_w2_z003_t001.tif")).toMatchObject({
    pixelSize: { x: 0.5, y: 0.5 },
  });
});

test("they are still there for later steps, too", async () => {
  const peaks = grid(
    { name: "peaks", specialOutputs: ["peak"], materialize: { peak: "json" } },
    (stack): readonly [typeof stack, { peak: number }] => [stack, { peak: Math.max(...valuesOf(stack)) }],
  );
  const bench = await createBench({ wells: ["A01"] });
  const steps = [step("a", peaks), step("b", fromPeak)];
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate);
  expect((await bench.pw.run(plan, { plate: bench.plate, out: "/results" })).outputs.artifacts).toEqual([
    "artifacts/peak.json",
  ]);
});

test("a well that fails takes its artifacts back, and says what could not be kept", async () => {
  const odd = grid(
    { name: "odd", specialOutputs: ["mask"], materialize: { mask: "tiff" } as {} },
    (stack) => [stack, { mask: "no array" }],
  );
  const bench = await createBench({ wells: ["A01"] });
  const steps = [step("segment", segment), step("odd", odd as never)];
  const renamed = definePipeline({ name: "a", steps: [steps[0] as never, step("same", same)] });
  const plan = await bench.pw.compile(renamed, bench.plate);
  bench.disk.trouble = (what, path) => {
    if (what === "write" && path.startsWith("images/") && path.includes("w2"))
      throw new Error("the disk is full");
  };
  const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  expect([report.status, report.outputs.artifacts]).toEqual(["failed", []]);
  expect(Object.keys(contentOf(bench.disk, "/results"))).toEqual([]);

  const other = await createBench({ wells: ["A01"] });
  const strange = await other.pw.compile(
    definePipeline({ name: "a", steps: [steps[1] as never] }),
    other.plate,
  );
  const failed = await other.pw.run(strange, { plate: other.plate, out: "/results" });
  expect(failed.wells.A01?.error?.message).toContain(
    'Well A01, step "odd": "mask" could not be kept as artifacts/mask/A01_s001_w1_z001_t001.tif',
  );
});

test("a second run replaces the artifacts of the first on request", async () => {
  const bench = await createBench({ wells: ["A01"] });
  const plan = await bench.pw.compile(pipeline, bench.plate);
  const run = (options: object) => bench.pw.run(plan, { plate: bench.plate, out: "/results", ...options });
  await run({});
  const first = contentOf(bench.disk, "/results");
  await expect(run({})).rejects.toMatchObject({ code: "exists" });
  bench.disk.put("/results", "artifacts/notes.txt", "mine");
  await run({ overwrite: true });
  expect(contentOf(bench.disk, "/results")).toEqual({ ...first, "artifacts/notes.txt": "mine" });
});

test("an array of any memory type is kept", async () => {
  const host = grid({ name: "host", specialOutputs: ["mask"], materialize: { mask: "tiff" } }, (stack) => [
    stack,
    { mask: createHostArray([2, 3], "uint8", Uint8Array.of(1, 2, 3, 4, 5, 6)) },
  ]);
  const flipped = grid(
    { name: "flip", specialOutputs: ["flipped"], materialize: { flipped: "tiff" } },
    (stack) => [stack, { flipped: createGrid([3, 2], "uint8", Uint8Array.of(1, 2, 3, 4, 5, 6), [1, 3]) }],
  );
  const bench = await createBench({ wells: ["A01"], channels: 1 }, createFakeDisk("other").provider);
  const plan = await bench.pw.compile(
    definePipeline({ name: "a", steps: [step("a", [host, flipped])] }),
    bench.plate,
  );
  await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  const content = contentOf(bench.disk, "/results");
  expect(content["artifacts/mask/A01_s001_w1_z001_t001.tif"]).toEqual(["uint8", [2, 3], [1, 2, 3, 4, 5, 6]]);
  expect(content["artifacts/flipped/A01_s001_w1_z001_t001.tif"]).toEqual([
    "uint8",
    [3, 2],
    [1, 4, 2, 5, 3, 6],
  ]);
});
