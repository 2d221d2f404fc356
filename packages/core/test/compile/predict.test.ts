import { type Component, definePipeline, explainPlan, type Pipeline, step, use } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { add, findPeak, fromPeak, invert, measure, project, same } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";

const functions = { add, invert, project, same } as const;

const drawnSteps = fc.array(
  fc.record({
    chain: fc.array(fc.constantFrom("add", "invert", "project", "same"), { minLength: 1, maxLength: 3 }),
    variableComponents: fc.subarray<Component>(["z", "channel", "site"]),
    inputSource: fc.constantFrom("plate", "previous"),
    checkpoint: fc.boolean(),
    dtype: fc.constantFrom("preserve" as const, "native" as const, { rescale: [0, 500] } as const),
  }),
  { minLength: 1, maxLength: 4 },
);

test("property: a run never holds more bytes than were predicted, and reads and writes just those", async () => {
  await fc.assert(
    fc.asyncProperty(drawnSteps, async (drawn) => {
      const { pw, plate, disk } = await createBench({ sites: 2, wells: ["A01"] });
      const steps = drawn.map(({ chain, ...options }, i) =>
        step(
          `s${i}`,
          chain.map((name) => functions[name as keyof typeof functions]),
          options,
        ),
      );
      const { predicted, ...plan } = await pw.compile(definePipeline({ name: "a", steps }), plate);
      const report = await pw.run({ ...plan, predicted }, { plate, out: "/results" });
      expect(report.memory.peakHostBytes).toBeLessThanOrEqual(predicted.peakHostBytes ?? 0);
      const imageBytes = 2 * 3 * 2;
      expect(disk.reads.length * imageBytes).toBe(predicted.bytesRead);
      expect(report.outputs.images * imageBytes).toBe(predicted.bytesWritten);
    }),
    { numRuns: 50 },
  );
});

const pipelines: readonly Pipeline[] = [
  definePipeline({
    name: "linear",
    steps: [step("a", [add, invert]), step("b", project), step("c", [use(add, { amount: 3 }), measure])],
  }),
  definePipeline({
    name: "by component, with special inputs",
    steps: [
      step("find", [add, findPeak], { checkpoint: true }),
      step("turn", { 1: [fromPeak, invert], 2: fromPeak }, { groupBy: "channel" }),
      step("measure", [project, measure]),
    ],
  }),
  definePipeline({
    name: "branching",
    steps: [
      step("a", add),
      step("b", [invert, project]),
      step("c", invert, { inputSource: "a", checkpoint: true, dtype: { rescale: [0, 300] } }),
      step("d", add, { inputSource: "b", variableComponents: ["channel", "site"] }),
    ],
  }),
];

test("a function that hands its stack on is predicted to take no memory of its own", async () => {
  const watch = grid({ name: "watch", handsOn: true }, (stack) => stack);
  const look = grid({ name: "look", unit: "slice", handsOn: true }, (slice) => slice);
  for (const planes of [1, 3]) {
    const { pw, plate } = await createBench({ planes });
    const plan = await pw.compile(
      definePipeline({ name: "a", steps: [step("a", [watch, look, watch])] }),
      plate,
    );
    const { memory } = await pw.run(plan, { plate, out: "/results" });
    expect(plan.predicted.peakHostBytes).toBe(memory.peakHostBytes);
    expect(memory.peakHostBytes).toBe(planes === 1 ? 12 : 72);
  }
});

test.each(pipelines)(
  "$name: the peak that was predicted is that of the run, or a little more",
  async (pipeline) => {
    const { pw, plate } = await createBench({ sites: 3, planes: 4, shape: [16, 16] });
    const plan = await pw.compile(pipeline, plate);
    const { memory } = await pw.run(plan, { plate, out: "/results" });
    const predicted = plan.predicted.peakHostBytes as number;
    expect(predicted).toBeGreaterThanOrEqual(memory.peakHostBytes);
    expect(predicted).toBeLessThanOrEqual(memory.peakHostBytes * 1.3);
  },
);

test("what a function works in is told, bounded and counted while it works", async () => {
  const perPixel = grid({ name: "perPixel", workspace: 3 }, (stack) => stack);
  const ofSlice = grid(
    {
      name: "ofSlice",
      unit: "slice",
      params: { rows: { type: "integer", default: 2 } },
      workspace: ({ shape: [slices = 0, , width = 0], dtype }, { rows }) =>
        dtype === "uint16" ? 1000 * slices + rows * width : Number.NaN,
    },
    (slice) => slice,
  );
  const { pw, plate } = await createBench({ planes: 4, shape: [10, 20] });
  const pipeline = definePipeline({ name: "a", steps: [step("a", [perPixel, use(ofSlice, { rows: 3 })])] });
  const plan = await pw.compile(pipeline, plate);
  const stack = 4 * 10 * 20 * 2;
  expect(plan.steps[0]?.chains["*"]?.calls.map(({ workspace }) => workspace)).toEqual([2400, 1060]);
  // While slices are called one by one, the stack, their results and the stack of these are held.
  expect(plan.predicted.peakHostBytes).toBe(3 * stack + 1060);
  expect(explainPlan(plan)).toContain("on grid, in 2.40 kB of its own");
  await expect(pw.compile(pipeline, plate, { settings: { memoryLimit: 3 * stack + 1059 } })).rejects.toThrow(
    /memory limit/,
  );
});

test("how much a function works in is no reason to compute again", async () => {
  const { pw, plate } = await createBench({});
  const hashes = [0, 5].map(async (workspace) => {
    const fn = grid({ name: "changed", version: "1", package: "x", workspace }, (stack) => stack);
    return (await pw.compile(definePipeline({ name: "a", steps: [step("a", fn)] }), plate)).hash;
  });
  expect(await hashes[0]).toBe(await hashes[1]);
});
