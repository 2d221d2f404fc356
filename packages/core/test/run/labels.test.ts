import { definePipeline, explainPlan, type PlannedStore, type Step, step, use } from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { add, project } from "../support/functions.ts";
import { mapGrid } from "../support/grid.ts";
import { createBench, type PlateSpec } from "../support/plate.ts";
import { createPlateKeeper } from "../support/plate-keeper.ts";

const mark = grid({ name: "mark", dtype: "int32", image: "labels" }, (stack) =>
  mapGrid(stack, (value) => (value > 50 ? 1 : 0)),
);

async function runWith(steps: readonly Step[], spec: PlateSpec = { wells: ["A01"], planes: 2, channels: 1 }) {
  const keeper = createPlateKeeper();
  const { pw, plate } = await createBench(spec, keeper.provider);
  const pipeline = definePipeline({ name: "labels", steps });
  const plan = await pw.compile(pipeline, plate, { settings: { storage: "arrays" } });
  const report = await pw.run(plan, { plate, out: "/results" });
  expect(report.status).toBe("complete");
  const planesOf = (folder: string) => [...(keeper.plates.get(folder)?.planes.keys() ?? [])].sort();
  return { plan, keeper, planesOf, report };
}

const described = ({ step: of, folder, holds, labels = [] }: PlannedStore) =>
  `${folder} of ${holds ?? "output"} ${of}: ${labels.map(({ step: by, name }) => `${name} of ${by}`).join(", ")}`;

test("labels of the plate's images are kept beside them", async () => {
  const { plan, keeper, planesOf, report } = await runWith([step("find cells", mark)]);
  expect(plan.stores.map(described)).toEqual(["plate.zarr of input 0: find-cells of 0"]);
  expect(plan.stores[0]?.declaration).not.toHaveProperty("images");
  const keys = ["A01/t1/s1/c1/z1", "A01/t1/s1/c1/z2"];
  expect(planesOf("plate.zarr")).toEqual(keys.flatMap((key) => [key, `${key}/find-cells`]));
  expect(keeper.plates.get("plate.zarr")?.log).toEqual(["finish A01", "finish"]);
  expect(report.outputs.images).toBe(4);
});

test("labels go beside the kept images of the step before, and the last step's plate is plate.zarr", async () => {
  const { plan, planesOf } = await runWith([
    step("brighter", use(add, { amount: 2 }), { checkpoint: true }),
    step("again", add),
    step("cells", mark),
  ]);
  expect(plan.stores.map(described)).toEqual(["plate.zarr of output 0: cells of 2"]);
  expect(plan.steps[2]?.output?.folder).toBe("plate.zarr");
  expect(planesOf("plate.zarr")).toContain("A01/t1/s1/c1/z2/cells");
});

test("an explanation says where labels and their images are kept", async () => {
  const { plan } = await runWith([step("brighter", add, { checkpoint: true }), step("cells", mark)]);
  expect(explainPlan(plan).replace(/\s+/g, " ")).toContain(
    'plates plate.zarr, OME-Zarr 0.4, packed as usual: the images of "brighter" and the labels of "cells"',
  );
});

test("several labels of the same images share them", async () => {
  const { plan } = await runWith([
    step("cells", mark, { checkpoint: true }),
    step("Cells", mark, { inputSource: "plate" }),
  ]);
  expect(plan.stores.map(described)).toEqual(["plate.zarr of input 0: cells of 0, Cells-2 of 1"]);
});

test("labels of a projection that is kept lie beside it; those made with it have a plate of their own", async () => {
  const apart = await runWith([step("flat", project, { checkpoint: true }), step("cells", mark)]);
  expect(apart.plan.stores.map(described)).toEqual(["plate.zarr of output 0: cells of 1"]);
  const together = await runWith([step("cells", [project, mark])]);
  expect(together.plan.stores.map(described)).toEqual(["plate.zarr of output 0: "]);
  expect(together.plan.stores[0]?.declaration.images).toBe("labels");
  expect(together.planesOf("plate.zarr")).toEqual(["A01/t1/s1/c1/z1"]);
});

test("each of several channels has labels of its own", async () => {
  const { planesOf } = await runWith([step("cells", mark)], { wells: ["A01"], planes: 1, channels: 2 });
  expect(planesOf("plate.zarr")).toEqual([
    "A01/t1/s1/c1/z1",
    "A01/t1/s1/c1/z1/cells-1",
    "A01/t1/s1/c2/z1",
    "A01/t1/s1/c2/z1/cells-2",
  ]);
});

test("labels made from labels lie beside the same images, or have a plate of their own", async () => {
  const again = grid({ name: "again", image: "labels" }, (stack) => stack);
  const kept = await runWith([step("cells", mark, { checkpoint: true }), step("again", again)]);
  expect(kept.plan.stores.map(described)).toEqual(["plate.zarr of input 0: cells of 0, again of 1"]);
  const alone = await runWith([step("cells", mark), step("again", again)]);
  expect(alone.plan.stores.map(described)).toEqual(["plate.zarr of output 1: "]);
  expect(alone.plan.stores[0]?.declaration.images).toBe("labels");
  const before = [step("brighter", add, { checkpoint: true }), step("cells", mark), step("again", again)];
  expect((await runWith(before)).plan.stores.map(described)).toEqual(["plate.zarr of output 0: again of 2"]);
});

test("labels of one channel have the images of that channel beside them", async () => {
  const spec = { wells: ["A01"], planes: 1, channels: 2 };
  const { plan, planesOf } = await runWith([step("cells", { 2: mark }, { groupBy: "channel" })], spec);
  expect(plan.stores[0]?.declaration.channels).toEqual([{ value: "2" }]);
  expect(planesOf("plate.zarr")).toEqual(["A01/t1/s1/c2/z1", "A01/t1/s1/c2/z1/cells"]);
});

test("labels that go to another storage than their images are kept as they were", async () => {
  const { plan } = await runWith([
    step("brighter", add, { checkpoint: true }),
    step("cells", mark, { storage: "disk" }),
  ]);
  expect(plan.stores.map(described)).toEqual(["brighter.zarr of output 0: "]);
  expect(plan.steps[1]?.output).toMatchObject({ backend: "disk", folder: "images/cells" });
});

test("the channels of images beside labels keep their names where only some wells merged them", async () => {
  const spec = {
    wells: ["A01", "A02"],
    channels: 2,
    planes: 1,
    index: { channelNames: { 1: "DAPI", 2: "GFP" } },
  };
  const merge = step("merge", project, { variableComponents: ["z", "channel"], wells: "A01" });
  const { plan } = await runWith([merge, step("cells", mark)], spec);
  expect(plan.stores.map(described)).toEqual(["plate.zarr of input 1: cells of 1"]);
  expect(plan.stores[0]?.declaration.channels).toEqual([
    { value: "1", name: "DAPI" },
    { value: "2", name: "GFP" },
  ]);
});
