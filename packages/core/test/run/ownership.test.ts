import {
  type Component,
  definePipeline,
  hostPool,
  type Pipeline,
  type RunEvent,
  step,
} from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { NdArray } from "../pipeline/fixtures/backends.ts";
import { grid, tensor } from "../pipeline/fixtures/backends.ts";
import { type Counted, createTensor } from "../support/devices.ts";
import { add, invert, project, same } from "../support/functions.ts";
import { createGrid, gridFrom, mapGrid } from "../support/grid.ts";
import { createBench, type PlateSpec } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

const runOn = async (spec: PlateSpec, tensors: Counted<"tensor">, steps: Pipeline["steps"]) => {
  const bench = await createBench(spec, tensors.type);
  const events: RunEvent[] = [];
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate);
  const report = await bench.pw.run(plan, {
    plate: bench.plate,
    out: "/results",
    onEvent: (event) => events.push(event),
  });
  return { report, events, plan, content: contentOf(bench.disk, "/results") };
};

/** Functions on tensors that make a new array, give back their own, or fail. */
const functionsOn = (tensors: Counted<"tensor">) => ({
  copy: tensor({ name: "copy" }, (stack) => tensors.create(stack.shape, stack.dtype, tensors.read(stack))),
  keep: tensor({ name: "keep" }, (stack) => stack),
  bySlice: tensor({ name: "bySlice", unit: "slice" }, (slice) =>
    tensors.create(slice.shape, slice.dtype, tensors.read(slice)),
  ),
  keepSlice: tensor({ name: "keepSlice", unit: "slice" }, (slice) => slice),
  found: tensor({ name: "found", specialOutputs: ["found"] }, (stack) => [
    tensors.create(stack.shape, stack.dtype, tensors.read(stack)),
    { found: 1 },
  ]),
  first: tensor({ name: "first", slices: "one" }, ({ shape: [, y = 0, x = 0], dtype, ...stack }) =>
    tensors.create([1, y, x], dtype, tensors.read({ shape: [], dtype, ...stack }).slice(0, y * x) as never),
  ),
});

const chains = ["copy", "keep", "bySlice", "keepSlice", "first"] as const;
const drawnSteps = fc.array(
  fc.record({
    chain: fc.array(fc.constantFrom(...chains), { minLength: 1, maxLength: 3 }),
    variableComponents: fc.subarray<Component>(["z", "channel", "site"]),
    checkpoint: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

test("property: whatever a pipeline does, every array is disposed of once, and none is live after its well", async () => {
  await fc.assert(
    fc.asyncProperty(drawnSteps, async (drawn) => {
      const tensors = createTensor();
      const functions = functionsOn(tensors);
      const steps = drawn.map(({ chain, variableComponents, checkpoint }, i) =>
        step(
          `s${i}`,
          chain.map((name) => functions[name]),
          { variableComponents, checkpoint },
        ),
      );
      const { report, events } = await runOn({ sites: 2 }, tensors, steps);
      expect(report.status).toBe("complete");
      expect(events.filter(({ type }) => type === "memory-leak")).toEqual([]);
      expect([tensors.live(), tensors.twice()]).toEqual([0, 0]);
    }),
    { numRuns: 40 },
  );
});

test.each(["stack", "slice"] as const)(
  "after a %s function has failed, nothing is live either",
  async (unit) => {
    const tensors = createTensor();
    const { copy, bySlice } = functionsOn(tensors);
    let calls = 0;
    const fail = tensor({ name: "fail", unit }, (array) => {
      if (++calls % 2 === 0) throw new Error("no");
      return tensors.create(array.shape, array.dtype, tensors.read(array));
    });
    const { report } = await runOn({}, tensors, [
      step("a", [copy, bySlice]),
      step("b", fail),
      step("c", copy, { variableComponents: ["channel"] }),
    ]);
    expect(report.status).toBe("failed");
    expect([tensors.live(), tensors.twice()]).toEqual([0, 0]);
  },
);

test.each(["stack", "slice"] as const)(
  "a %s function that returns an array of the wrong shape leaves nothing live",
  async (unit) => {
    const tensors = createTensor();
    const wrong = tensor({ name: "wrong", unit }, ({ dtype }) =>
      tensors.create([6], dtype, new Uint16Array(6)),
    );
    const { report } = await runOn({}, tensors, [step("a", wrong)]);
    expect(report.status).toBe("failed");
    expect(tensors.live()).toBe(0);
  },
);

test("what was beside an artifact is recycled no more, but is not lost on a device either", async () => {
  const tensors = createTensor();
  const { copy, found } = functionsOn(tensors);
  const { report } = await runOn({}, tensors, [step("a", [copy, found]), step("b", copy)]);
  expect(report.status).toBe("complete");
  expect([tensors.live(), tensors.twice()]).toEqual([0, 0]);
});

test("the memory of intermediates is used again: a well takes no more of it than its peak", async () => {
  hostPool.clear();
  const { report, plan } = await runOn({ shape: [64, 64], sites: 4 }, createTensor(), [
    step("a", add),
    step("b", invert),
    step("c", project),
  ]);
  expect(report.memory.peakHostBytes).toBeLessThanOrEqual(plan.predicted.peakHostBytes ?? 0);
  expect(hostPool.idleBytes).toBeLessThan(1_000_000);
});

// Poison in every piece of memory that comes back: whoever still reads it gives wrong values.
test("property: functions that give back their input, views of it, or artifacts that share it never see each other's pixels", async () => {
  const shares = grid({ name: "shares", specialOutputs: ["whole"] }, (stack) => [stack, { whole: stack }]);
  const sharesPlane = grid({ name: "sharesPlane", specialOutputs: ["plane"] }, (stack) => [
    mapGrid(stack, (v) => v + 1),
    { plane: stack.pick(0) },
  ]);
  const turned = grid(
    { name: "turned" },
    ({ shape: [z = 0, y = 0, x = 0], strides: [a = 0, b = 0, c = 0], ...stack }) =>
      createGrid([z, y, x], stack.dtype, stack.values, [a, -b, -c], stack.offset + (y - 1) * b + (x - 1) * c),
  );
  const fromWhole = grid(
    { name: "fromWhole", specialInputs: ["whole"] },
    (_, { whole }: { whole: NdArray }) => whole,
  );
  const poison = grid({ name: "poison" }, (stack) => {
    for (let i = 0; i < 8; i++) hostPool.release(gridFrom(stack.shape, stack.dtype, () => 9999).values);
    return stack;
  });
  const fillers = { add, invert, same, turned, poison, sharesPlane } as const;
  const names = fc.array(fc.constantFrom("add", "invert", "same", "turned", "poison"), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(names, names, names, fc.boolean(), async (before, between, after, byChannel) => {
      const list = (drawn: readonly string[]) => [
        same,
        ...drawn.map((name) => fillers[name as keyof typeof fillers]),
      ];
      const steps = [
        step("before", [...list(before), shares] as never, { checkpoint: true }),
        step("between", [...list(between), sharesPlane] as never, {
          checkpoint: true,
          ...(byChannel ? { inputSource: "plate" } : {}),
        }),
        step("whole", [fromWhole, poison] as never, { checkpoint: true }),
        step("again", [poison, fromWhole, ...list(after)] as never, { inputSource: "plate" }),
      ];
      const { content } = await runOn({ wells: ["A01"] }, createTensor(), steps);
      const start = plateValues();
      const at = (folder: string) =>
        Object.entries(content)
          .filter(([path]) => path.startsWith(`images/${folder}/`))
          .map(([, file]) => (file as [string, number[], number[]])[2]);
      const wholes = start.map((plane) => replay(before, plane));
      expect(at("before")).toEqual(wholes);
      expect(at("whole")).toEqual(wholes);
      expect(at("again")).toEqual(wholes.map((plane) => replay(after, plane)));
      const middle = (byChannel ? start : wholes).map((plane) =>
        replay(between, plane).map((v) => wrap(v + 1)),
      );
      expect(at("between")).toEqual(middle);
    }),
    { numRuns: 40 },
  );
});

function plateValues(): number[][] {
  const base = (channel: number, z: number, at: number) =>
    (65 + 3 + 5 + channel * 7 + z * 11 + 13 + at * 17) % 100;
  return [1, 2].flatMap((channel) =>
    [1, 2, 3].map((z) => Array.from({ length: 6 }, (_, i) => base(channel, z, i))),
  );
}

/** What the functions by these names make of a plane of unsigned integers. */
function replay(names: readonly string[], plane: readonly number[]): number[] {
  let values = [...plane];
  for (const name of names) {
    if (name === "add") values = values.map((value) => wrap(value + 1));
    if (name === "invert") values = values.map((value) => wrap(200 - value));
    if (name === "turned") values.reverse();
  }
  return values;
}

/** As a Uint16Array does. */
function wrap(value: number): number {
  return value & 0xffff;
}

test("arrays that are artifacts are disposed of after their well, each once", async () => {
  const tensors = createTensor();
  const copyOf = (stack: Parameters<typeof tensors.read>[0]) =>
    tensors.create(stack.shape, stack.dtype, tensors.read(stack));
  const give = tensor({ name: "give", specialOutputs: ["whole"] }, (stack) => [
    stack,
    { whole: copyOf(stack) },
  ]);
  const each = tensor({ name: "each", unit: "slice", specialOutputs: ["part"] }, (slice) => [
    slice,
    { part: copyOf(slice) },
  ]);
  const take = tensor(
    { name: "take", specialInputs: ["whole"] },
    (_, { whole }: { whole: typeof _ }) => whole,
  );
  const { report } = await runOn({ wells: ["A01", "A02"], channels: 1 }, tensors, [
    step("a", give),
    step("b", [each, take]),
  ]);
  expect(report.status).toBe("complete");
  expect([tensors.live(), tensors.twice()]).toEqual([0, 0]);
});

test("what a function returns against its contract is disposed of", async () => {
  const tensors = createTensor();
  const empty = (shape: readonly number[]) => tensors.create(shape, "uint16", new Uint16Array(18));
  const broken = [
    tensor({ name: "flat" }, () => empty([18])),
    tensor({ name: "alone", specialOutputs: ["found"] }, () => empty([3, 2, 3]) as never),
    tensor({ name: "without", specialOutputs: ["found"] }, () => [empty([3, 2, 3]), {}] as never),
  ];
  for (const run of broken) {
    const { report } = await runOn({ wells: ["A01"], channels: 1 }, tensors, [step("a", run)]);
    expect(report.status).toBe("failed");
  }
  expect([tensors.live(), tensors.twice()]).toEqual([0, 0]);
});

test.each([
  ["a list that its contract does not promise", {}],
  ["artifacts under another name than its contract promises", { specialOutputs: ["map"] }],
] as const)("a function that returns %s leaves nothing of it live", async (_, contract) => {
  const tensors = createTensor();
  const fresh = () => tensors.create([1, 2, 3], "uint16", new Uint16Array(6));
  const wrong = tensor(
    { name: "wrong", ...contract } as object as { name: "wrong" },
    (() => [fresh(), { other: fresh(), more: [fresh()] }]) as never,
  );
  const { report } = await runOn({}, tensors, [step("a", wrong)]);
  expect(report.status).toBe("failed");
  expect([tensors.live(), tensors.twice()]).toEqual([0, 0]);
});
