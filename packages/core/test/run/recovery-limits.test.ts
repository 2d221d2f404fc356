import { definePipeline, type RunEvent, type Step, step } from "@platewright/core";
import { expect, test } from "vitest";
import { grid, type NdArray } from "../pipeline/fixtures/backends.ts";
import { gridFrom, valuesOf } from "../support/grid.ts";
import { createBench } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

test("a function is only split where its contract says that parts give the same, and never its artifacts", async () => {
  const seen: (readonly number[])[] = [];
  const full = (stack: NdArray): never => {
    seen.push(stack.shape);
    throw new RangeError("Array buffer allocation failed");
  };
  const needsAll = grid({ name: "needsAll" }, (stack) => full(stack));
  const gives = grid({ name: "gives", slicewise: true, halo: 0, specialOutputs: ["found"] }, (stack) =>
    full(stack),
  );
  const { pw, plate } = await createBench({ wells: ["A01", "A02"], channels: 1, planes: 4, shape: [40, 36] });
  for (const run of [needsAll, gives]) {
    const plan = await pw.compile(definePipeline({ name: "a", steps: [step("a", run)] }), plate);
    const rungs = new Set<string>();
    const onEvent = (event: RunEvent) => {
      if (event.type === "memory-recovery") rungs.add(event.rung);
    };
    const { status } = await pw.run(plan, { plate, out: "/results", overwrite: true, onEvent });
    expect([status, ...rungs]).toEqual(["failed", "release-pools"]);
  }
  expect(seen).toEqual(Array.from({ length: 8 }, () => [4, 40, 36]));
});

/** A function of a smaller size than its stack, with room for one slice, or one tile of at most 20 × 18, at a time. */
const smaller = (most: number, contract: { readonly halo?: number }) =>
  grid({ name: "smaller", slicewise: true, ...contract }, ({ shape, ...stack }) => {
    const [depth = 0, height = 0, width = 0] = shape;
    if (depth * height * width > most) throw new RangeError("Array buffer allocation failed");
    const values = valuesOf({ shape, ...stack });
    return gridFrom([depth, height / 2, width / 2], stack.dtype, (i) => values[4 * i] as number);
  });

test("slices that come back smaller are joined as they are, and tiles that do are refused", async () => {
  const { pw, plate, disk } = await createBench({
    wells: ["A01"],
    channels: 1,
    planes: 3,
    shape: [40, 36],
  });
  const runWith = async (run: Step["run"], out: string) => {
    const plan = await pw.compile(definePipeline({ name: "a", steps: [step("a", run as never)] }), plate);
    return (await pw.run(plan, { plate, out })).wells.A01;
  };
  await runWith(smaller(3 * 40 * 36, {}), "/whole");
  expect(await runWith(smaller(40 * 36, {}), "/parts")).toMatchObject({ status: "complete" });
  const images = (out: string) =>
    Object.entries(contentOf(disk, out)).filter(([path]) => path.startsWith("images/"));
  expect(images("/parts")).toEqual(images("/whole"));
  expect(images("/parts")[0]?.[1]).toMatchObject({ 1: [20, 18] });
  const tiled = await runWith(smaller(20 * 18, { halo: 0 }), "/tiles");
  expect(tiled?.error?.message).toContain("10 × 9 for a part of 20 × 18");
});
