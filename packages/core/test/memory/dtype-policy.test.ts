import {
  applyDTypePolicy,
  castArray,
  createHostArray,
  createTypedArray,
  type DType,
  dtypes,
  type HostArray,
  integerRange,
  roundHalfToEven,
} from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";

const hostOf = (dtype: DType, ...values: number[]): HostArray =>
  createHostArray(
    [values.length],
    dtype,
    createTypedArray(dtype, values.length).map((_, i) => values[i] as number) as never,
  );
const castValue = (value: number, from: DType, to: DType): number =>
  castArray(hostOf(from, value), to).data[0] as number;

test("preserve brings floats to the input's dtype without stretching them", () => {
  const result = hostOf("float32", 10, 20, 30, 40);
  const kept = applyDTypePolicy(result, "uint16", "preserve");
  expect(kept).toEqual(hostOf("uint16", 10, 20, 30, 40));
  expect(applyDTypePolicy(result, "uint16", "native")).toBe(result);
  expect(applyDTypePolicy(kept, "uint16", "preserve")).toBe(kept);
});

test("halves are rounded to the even neighbour", () => {
  const halves = hostOf("float64", 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999999999999994);
  expect([...castArray(halves, "int16").data]).toEqual([0, 2, 2, 0, -2, -2, 0]);
});

test("what is too great or too small for a dtype becomes its greatest or least value", () => {
  expect(castValue(256, "uint16", "uint8")).toBe(255);
  expect(castValue(-1, "int16", "uint8")).toBe(0);
  expect(castValue(Number.POSITIVE_INFINITY, "float32", "int16")).toBe(32767);
  expect(castValue(Number.NEGATIVE_INFINITY, "float32", "int32")).toBe(-2147483648);
  expect(castValue(4294967295, "uint32", "int32")).toBe(2147483647);
});

test("rescale maps a range to the whole of the input's dtype", () => {
  const rescale = [0, 65535] as const;
  expect(applyDTypePolicy(hostOf("uint16", 0, 32896, 65535), "uint8", { rescale })).toEqual(
    hostOf("uint8", 0, 128, 255),
  );
  expect(applyDTypePolicy(hostOf("float32", -1, 5, 20), "float32", { rescale: [0, 10] })).toEqual(
    hostOf("float32", 0, 0.5, 1),
  );
  expect(applyDTypePolicy(hostOf("float32", 0, 10), "int8", { rescale: [0, 10] })).toEqual(
    hostOf("int8", -128, 127),
  );
  expect(() => applyDTypePolicy(hostOf("uint8", 1), "uint8", { rescale: [3, 3] })).toThrow(
    "rescale: [3, 3] is no range.",
  );
});

test("NaN does not become an integer unless it is said which", () => {
  const array = hostOf("float32", 1, Number.NaN);
  expect(() => applyDTypePolicy(array, "uint16", "preserve")).toThrow(
    "Value 1 is NaN, which uint16 can't hold.",
  );
  expect(castArray(array, "uint16", { fill: 7 })).toEqual(hostOf("uint16", 1, 7));
  expect(castValue(Number.NaN, "float32", "bool")).toBe(0);
});

test("bool is whether a value is not 0", () => {
  expect(castArray(hostOf("float32", 0, 0.2, -3), "bool")).toEqual(hostOf("bool", 0, 1, 1));
  expect(castArray(hostOf("bool", 0, 1), "uint16")).toEqual(hostOf("uint16", 0, 1));
});

// The reference counts with whole numbers of any size, so that it can't round by accident.
test("property: a cast into an integer is the nearest one in its range", () => {
  const wholes = dtypes.filter((dtype) => integerRange(dtype) !== undefined);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ min: -70000, max: 70000, noNaN: true }),
        fc.integer({ min: -300, max: 300 }).map((n) => n / 2),
      ),
      fc.constantFrom(...wholes),
      (value, dtype) => {
        const { min, max } = integerRange(dtype) ?? { min: 0, max: 0 };
        const nearest = nearestWhole(value);
        const expected = nearest < BigInt(min) ? min : nearest > BigInt(max) ? max : Number(nearest);
        expect(castValue(value, "float64", dtype)).toBe(expected);
      },
    ),
    { numRuns: 500 },
  );
});

function nearestWhole(value: number): bigint {
  const below = BigInt(Math.floor(value));
  // Floats this far from whole numbers are exact: the subtraction loses nothing.
  const rest = value - Math.floor(value);
  if (rest === 0.5) return below % 2n === 0n ? below : below + 1n;
  return rest < 0.5 ? below : below + 1n;
}

test("property: rounding agrees with adding and taking away 2^52", () => {
  const big = 2 ** 52;
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2 ** 51, noNaN: true }), (value) => {
      expect(roundHalfToEven(value)).toBe(value + big - big);
    }),
  );
});
