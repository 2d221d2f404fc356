import { wrap } from "@platewright/backend-ndarray";
import { hostPool } from "@platewright/core";
import {
  composite,
  maxProjection,
  meanProjection,
  minProjection,
  projection,
  sumProjection,
} from "@platewright/functions/ndarray";
import { describe, expect, it } from "vitest";
import { readFixture, type StoredArray, toArray, valuesOf } from "./fixture.ts";

interface Case {
  readonly input: StoredArray;
  readonly max: StoredArray;
  readonly min: StoredArray;
  readonly mean: StoredArray;
  readonly sum: StoredArray;
  readonly composite: StoredArray;
  readonly weights: readonly number[];
}

describe.each(readFixture<Case[]>("projections"))("$input.dtype of shape $input.shape", (known) => {
  const stack = toArray(known.input);

  it.each([
    [maxProjection, known.max],
    [minProjection, known.min],
    [meanProjection, known.mean],
    [sumProjection, known.sum],
  ])("%o projects as numpy does", (project, expected) => {
    const result = project(stack);
    expect(result.shape).toEqual([1, ...known.input.shape.slice(1)]);
    expect(valuesOf(result)).toEqual(valuesOf(toArray(expected)));
  });

  it("projects by the name of the method", () => {
    expect(valuesOf(projection(stack))).toEqual(valuesOf(toArray(known.max)));
    expect(valuesOf(projection(stack, { method: "min" }))).toEqual(valuesOf(toArray(known.min)));
    expect(valuesOf(projection(stack, { method: "mean" }))).toEqual(valuesOf(toArray(known.mean)));
  });

  it("blends the slices by their weights as numpy does", () => {
    const result = composite(stack, { weights: known.weights });
    expect(result.shape).toEqual([1, ...known.input.shape.slice(1)]);
    expect(valuesOf(result)).toEqual(valuesOf(toArray(known.composite)));
  });
});

const two = wrap([2, 1, 2], "uint16", Uint16Array.of(10, 65535, 13, 65535));

it("blends without weights into the truncated mean, however bright", () => {
  expect(valuesOf(composite(two))).toEqual([11, 65535]);
  expect(valuesOf(composite(two, { weights: [5, 5] }))).toEqual([11, 65535]);
});

it("says how many weights a composite needs", () => {
  expect(() => composite(two, { weights: [1, 2, 3] })).toThrow(
    "composite has 3 weights [1, 2, 3] for a stack of 2 slices. Give 2 weights, one for each slice, or leave weights out.",
  );
});

it.each([[[0, 0]], [[-1, 2]], [[Number.NaN, 1]]])("refuses the weights %j", (weights) => {
  expect(() => composite(two, { weights })).toThrow(/finite numbers of at least 0/);
});

it("refuses an unknown method by naming those there are", () => {
  expect(() => projection(two, { method: "median" as "max" })).toThrow(
    'projection knows no method "median". Choose one of max, min, mean.',
  );
});

it.each([
  ["maxProjection", maxProjection, 2],
  ["minProjection", minProjection, 1],
])("%s gives NaN where any slice has one", (_name, project, rest) => {
  const stack = wrap([3, 1, 4], "float32", Float32Array.of(1, NaN, 1, 1, 2, 2, NaN, 2, 1, 1, 1, NaN));
  expect([...project(stack).data].map((value) => (Number.isNaN(value) ? "NaN" : value))).toEqual([
    rest,
    "NaN",
    "NaN",
    "NaN",
  ]);
});

it("gives the memory of its result back where it fails", () => {
  const stack = wrap([1, 70, 90], "uint8", new Uint8Array(6300));
  hostPool.release(hostPool.allocate([1, 70, 90], "uint8").data);
  const before = hostPool.idleBytes;
  expect(() => projection(stack, { method: "median" as "max" })).toThrow("knows no method");
  expect(hostPool.idleBytes).toBe(before);
});

it("gives the memory of a copy back that it made of pixels with gaps", () => {
  const every = wrap([1, 140, 90], "uint8", new Uint8Array(12600)).step(1, 2, 1);
  const copies = [1, 2].map(() => hostPool.allocate([1, 70, 90], "uint8").data);
  for (const copy of copies) hostPool.release(copy);
  const before = hostPool.idleBytes;
  const { data } = maxProjection(every);
  hostPool.release(data as Uint8Array);
  expect(hostPool.idleBytes).toBe(before);
});

it("sums of more slices than 32 bits hold are exact", () => {
  const stack = wrap([65538, 1, 1], "uint16", new Uint16Array(65538).fill(65535));
  expect(valuesOf(meanProjection(stack))).toEqual([65535]);
  expect(valuesOf(sumProjection(stack))).toEqual([Math.fround(65538 * 65535)]);
});
