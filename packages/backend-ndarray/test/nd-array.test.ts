import { createTypedArray, type DType, sizeOf } from "@platewright/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NdArray, toDense, wrap } from "../src/index.ts";

/** An ndarray's values, asked for one by one. */
function oneByOne(array: NdArray): number[] {
  const visit = (index: readonly number[]): number[] =>
    index.length === array.dimension
      ? [array.get(...index)]
      : Array.from({ length: array.shape[index.length] as number }, (_, i) => visit([...index, i])).flat();
  return visit([]);
}

/** A way to look at an ndarray: each axis cut, then walked in steps, then all axes in another order. */
const ways = fc.record({
  shape: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
  cuts: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 4, maxLength: 4 }),
  steps: fc.array(fc.constantFrom(1, -1, 2, -2, 3), { minLength: 4, maxLength: 4 }),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
});

describe("the values of a view in row-major order", () => {
  test.each<DType>(["bool", "uint8", "uint16", "float32", "float64"])(
    "are what it shows, for %s",
    (dtype) => {
      fc.assert(
        fc.property(ways, ({ shape, cuts, steps, order }) => {
          const data = createTypedArray(dtype, sizeOf(shape)).map((_, i) =>
            dtype === "bool" ? i % 2 : i % 251,
          );
          const all = shape.map((_, axis) => axis);
          const lows = shape.map((length, axis) => Math.min(cuts[axis]?.[0] ?? 0, length - 1));
          const highs = shape.map((length, axis) =>
            Math.max(1, length - (lows[axis] ?? 0) - (cuts[axis]?.[1] ?? 0)),
          );
          const view = wrap(shape, dtype, data as never)
            .lo(...lows)
            .hi(...highs)
            .step(...all.map((axis) => steps[axis] ?? 1))
            .transpose(...order.filter((axis) => axis < shape.length)) as NdArray;
          expect(Array.from(toDense(view))).toEqual(oneByOne(view));
        }),
        { numRuns: 300 },
      );
    },
  );

  test("larger ones too, whole rows, turned and mirrored", () => {
    const data = new Uint16Array(3 * 70 * 90).map((_, i) => i);
    const whole = wrap([3, 70, 90], "uint16", data);
    const views = [
      whole.transpose(0, 2, 1),
      whole.transpose(2, 1, 0),
      whole.step(-1, 1, 1),
      whole.step(1, 1, -1),
      whole.hi(3, 70, 65),
      whole.step(1, 1, 2).transpose(0, 2, 1),
    ] as NdArray[];
    for (const view of views) expect(Array.from(toDense(view))).toEqual(oneByOne(view));
  });
});
