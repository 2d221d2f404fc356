import {
  type Declared,
  definePipeline,
  memoryTypes,
  type Pipeline,
  type PlatewrightError,
  step,
} from "@platewright/core";
import { describe, expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { createTensor } from "../support/devices.ts";
import { add, project } from "../support/functions.ts";
import { gridFrom, valuesOf } from "../support/grid.ts";
import { createBench } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

const runSteps = async (...steps: Pipeline["steps"]) => {
  const bench = await createBench({ wells: ["A01"], channels: 1 }, createTensor().type);
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate, {
    settings: { dtype: "native" },
  });
  const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  return { ...bench, report, content: contentOf(bench.disk, "/results") };
};
const ofShape = (...shape: number[]) => gridFrom(shape, "uint16", () => 1);

describe("a function that does not keep to its contract is told so", () => {
  const loose = (spec: object, fn: () => unknown) =>
    grid({ name: "odd", ...spec }, fn as never) as unknown as Declared;
  test.each<[string, Declared, string]>([
    [
      "a slice for a stack",
      loose({}, () => ofShape(2, 3)),
      "It returned an array of shape (2, 3); a function returns a stack [Z, Y, X]",
    ],
    [
      "a stack for a slice",
      loose({ unit: "slice" }, () => ofShape(1, 2, 3)),
      "It returned an array of shape (1, 2, 3) for a slice; it must be [Y, X].",
    ],
    [
      "nothing",
      loose({}, () => undefined),
      "It returned nothing; its contract promises an array of memory type grid.",
    ],
    ["a number", loose({}, () => 3), "It returned a value of type number; its contract promises"],
    [
      "artifacts that it does not declare",
      loose({}, () => [ofShape(3, 2, 3), {}]),
      "It returned a list; its contract promises",
    ],
    [
      "another memory type",
      loose({}, () => ({ shape: [3, 2, 3], dtype: "uint16", dataId: {} })),
      "It returned a value of type object; its contract promises an array of memory type grid.",
    ],
    [
      "more slices",
      loose({}, () => ofShape(4, 2, 3)),
      "It gave 4 slices where its contract promises 3 for 3.",
    ],
    [
      "fewer slices",
      loose({}, () => ofShape(1, 2, 3)),
      "It gave 1 slices where its contract promises 3 for 3.",
    ],
    [
      "more slices than one",
      loose({ slices: "one" }, () => ofShape(2, 2, 3)),
      "It gave 2 slices where its contract promises 1 for 3.",
    ],
    [
      "slices of different shapes",
      loose({ unit: "slice" }, odds()),
      "Slice 1 has the shape (2, 4), but slice 0 has (2, 3).",
    ],
    [
      "no artifacts",
      loose({ specialOutputs: ["a", "b"] }, () => ofShape(3, 2, 3)),
      "It gave no artifacts; its contract promises [stack, { a, b }].",
    ],
    [
      "artifacts missing",
      loose({ specialOutputs: ["a", "b"] }, () => [ofShape(3, 2, 3), { a: 1 }]),
      'It did not give "b", which its contract promises.',
    ],
  ])("%s", async (_, fn, says) => {
    const { report, content } = await runSteps(step("wrong", fn));
    const error = report.wells.A01?.error;
    expect(error).toMatchObject({ code: "execution" } satisfies Partial<PlatewrightError>);
    expect(error?.message).toContain(
      `Well A01, step "wrong", function odd, timepoint 1, site 1, channel 1: ${says}`,
    );
    expect(content).toEqual({});
  });

  function odds() {
    let width = 3;
    return () => ofShape(2, width++);
  }
});

test("a function is called with its parameters, what was injected, artifacts, and the run's signal", async () => {
  const seen: unknown[] = [];
  const give = grid({ name: "give", specialOutputs: ["found"] }, (stack) => [
    stack,
    { found: { at: [1, 2] } },
  ]);
  const take = grid(
    {
      name: "take",
      params: { size: { type: "integer", default: 3 }, mode: { type: "string", optional: true } },
      specialInputs: ["found", "pixelSize?"],
    },
    (stack, params, context) => {
      seen.push(params, context.signal instanceof AbortSignal);
      return stack;
    },
  );
  await runSteps(step("give", give), step("take", take));
  expect(seen).toEqual([{ size: 3, found: { at: [1, 2] } }, true]);
});

test("a function of slices sees each slice in turn, and gives one artifact a slice", async () => {
  const seen: number[][] = [];
  const look = grid(
    { name: "look", unit: "slice", specialOutputs: ["sums"], materialize: { sums: "json" } },
    async (slice) => {
      seen.push([...slice.shape]);
      return [slice, { sums: valuesOf(slice).reduce((sum, value) => sum + value) }];
    },
  );
  const { content } = await runSteps(step("look", look));
  expect(seen).toEqual([
    [2, 3],
    [2, 3],
    [2, 3],
  ]);
  expect(content["artifacts/sums.json"]).toMatchObject([
    { well: "A01", z: 1 },
    { z: 2 },
    { z: 3, value: expect.any(Number) },
  ]);
});

test("a function may give fewer slices than it takes, by its rule: they keep the first names", async () => {
  const everyOther = grid({ name: "everyOther", slices: (n) => Math.ceil(n / 2) }, (stack) =>
    gridFrom([2, 2, 3], stack.dtype, (i) => valuesOf(stack)[i < 6 ? i : i + 6] as number),
  );
  const { report, content } = await runSteps(step("thin", everyOther), step("add", add));
  expect(report.status).toBe("complete");
  expect(Object.keys(content)).toEqual([
    "images/add/A01_s001_w1_z001_t001.tif",
    "images/add/A01_s001_w1_z002_t001.tif",
  ]);
});

test("a function may give another memory type than it takes", async () => {
  const tensors = createTensor();
  const bench = await createBench({ wells: ["A01"], channels: 1 }, tensors.type);
  const move = memoryTypes({ name: "move", input: "grid", output: "tensor" }, (stack) =>
    tensors.create(stack.shape, stack.dtype, Uint16Array.from(valuesOf(stack))),
  );
  const steps = [step("move", move), step("project", project)];
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate);
  await expect(bench.pw.run(plan, { plate: bench.plate, out: "/results" })).resolves.toMatchObject({
    status: "complete",
  });
  expect([tensors.made(), tensors.live(), tensors.twice()]).toEqual([1, 0, 0]);
});
