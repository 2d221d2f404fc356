import { type Declared, type DTypePolicy, definePipeline, dtypes, step } from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { findPeak, fromPeak, same } from "../support/functions.ts";
import { gridFrom, valuesOf } from "../support/grid.ts";
import { createBench, type PlateSpec } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

const tenths = grid({ name: "tenths" }, (stack) => gridFrom(stack.shape, "float32", (i) => (i + 1) * 10.5));
const labels = grid({ name: "labels", dtype: "int32" }, (stack) =>
  gridFrom(stack.shape, "int32", (i) => i * 70_000),
);

const firstImage = async (run: Declared, dtype: DTypePolicy, spec: PlateSpec = {}) => {
  const bench = await createBench({ wells: ["A01"], channels: 1, planes: 1, shape: [1, 4], ...spec });
  const plan = await bench.pw.compile(
    definePipeline({ name: "a", steps: [step("a", run, { dtype })] }),
    bench.plate,
  );
  const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  const [type, , values] = (Object.values(contentOf(bench.disk, "/results"))[0] ?? []) as [
    string,
    number[],
    number[],
  ];
  return report.wells.A01?.error?.message ?? [type, values];
};

test("floats come back in the input's dtype by default, rounded half to even, never stretched", async () => {
  expect(await firstImage(tenths, "preserve")).toEqual(["uint16", [10, 21, 32, 42]]);
  expect(await firstImage(tenths, "preserve", { dtype: "uint8" })).toEqual(["uint8", [10, 21, 32, 42]]);
});

test("native keeps what the function gave, rescale maps its range", async () => {
  expect(await firstImage(tenths, "native")).toEqual(["float32", [10.5, 21, 31.5, 42]]);
  expect(await firstImage(tenths, { rescale: [0, 42] }, { dtype: "uint8" })).toEqual([
    "uint8",
    [64, 128, 191, 255],
  ]);
});

test.each(["preserve", "native", { rescale: [0, 1] }] as const)(
  "a function with a dtype of its own keeps it under %j",
  async (policy) => {
    expect(await firstImage(labels, policy, { dtype: "uint8" })).toEqual([
      "int32",
      [0, 70_000, 140_000, 210_000],
    ]);
  },
);

test("NaN for an integer image is the well's error, which names the function", async () => {
  const nan = grid({ name: "nan" }, (stack) => gridFrom(stack.shape, "float32", () => Number.NaN));
  expect(await firstImage(nan, "preserve")).toContain(
    'step "a", function nan, timepoint 1, site 1, channel 1: Value 0 is NaN, which uint16',
  );
});

test.each(dtypes)("%s images pass through unchanged", async (dtype) => {
  const bench = await createBench({ wells: ["A01"], dtype });
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps: [step("a", same)] }), bench.plate);
  await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  const images = Object.values(contentOf(bench.disk, "/results")) as [string, number[], number[]][];
  const stored = [...bench.disk.files("/plates/test").values()].slice(1) as { data: Iterable<number> }[];
  expect(images.map(([, , values]) => values)).toEqual(stored.map(({ data }) => [...data]));
});

test("only the stack is brought to a dtype, artifacts are left as they are", async () => {
  const seen: unknown[] = [];
  const floats = grid({ name: "floats", specialOutputs: ["map"] }, (stack) => {
    const map = gridFrom(stack.shape, "float32", (i) => i / 4);
    return [map, { map }];
  });
  const look = grid({ name: "look", specialInputs: ["map"] }, (stack, { map }: { map: typeof stack }) => {
    seen.push(map.dtype, valuesOf(map).slice(0, 3));
    return stack;
  });
  const bench = await createBench({ wells: ["A01"], channels: 1 });
  const steps = [step("a", floats), step("b", [findPeak, look]), step("c", fromPeak)];
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate);
  expect((await bench.pw.run(plan, { plate: bench.plate, out: "/results" })).status).toBe("complete");
  expect(seen).toEqual(["float32", [0, 0.25, 0.5]]);
});
