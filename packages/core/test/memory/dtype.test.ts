import {
  bytesPerElement,
  createTypedArray,
  type DType,
  dtypeOf,
  dtypes,
  integerRange,
  isDType,
  isIntegerDType,
  storedBytesPerElement,
  viewOf,
} from "@platewright/core";
import { expect, test } from "vitest";

test("the dtypes are those of NumPy that a typed array holds", () => {
  expect(dtypes).toEqual([
    "bool",
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "float16",
    "float32",
    "float64",
  ]);
  expect(dtypes.map(bytesPerElement)).toEqual([1, 1, 1, 2, 2, 4, 4, 4, 4, 8]);
  expect(dtypes.map(storedBytesPerElement)).toEqual([1, 1, 1, 2, 2, 4, 4, 2, 4, 8]);
  expect(isDType("uint16")).toBe(true);
  for (const other of ["uint64", "constructor", "", 16, undefined]) expect(isDType(other)).toBe(false);
});

test("an integer dtype knows its range", () => {
  expect(integerRange("uint8")).toEqual({ min: 0, max: 255 });
  expect(integerRange("int8")).toEqual({ min: -128, max: 127 });
  expect(integerRange("uint16")).toEqual({ min: 0, max: 65535 });
  expect(integerRange("int32")).toEqual({ min: -2147483648, max: 2147483647 });
  expect(integerRange("uint32")).toEqual({ min: 0, max: 4294967295 });
  expect(dtypes.filter((dtype) => !isIntegerDType(dtype))).toEqual(["bool", "float16", "float32", "float64"]);
});

test.each(dtypes)("a typed array of %s is found again by its kind", (dtype) => {
  const lyingIn: { readonly [dtype in DType]?: DType } = { bool: "uint8", float16: "float32" };
  expect(dtypeOf(createTypedArray(dtype, 2))).toBe(lyingIn[dtype] ?? dtype);
  const buffer = new ArrayBuffer(32);
  const view = viewOf(dtype, buffer, 8, 2);
  expect([view.buffer, view.byteOffset, view.length]).toEqual([buffer, 8, 2]);
});

test("what holds no pixels is refused by name", () => {
  expect(dtypeOf(new Uint8ClampedArray(1))).toBe("uint8");
  expect(() => dtypeOf(new BigInt64Array(1))).toThrow("A BigInt64Array holds no pixels.");
  expect(() => dtypeOf(new DataView(new ArrayBuffer(1)))).toThrow("A DataView holds no pixels.");
});
