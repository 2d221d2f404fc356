import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  castArray,
  createHostArray,
  createTypedArray,
  type DType,
  decodeFloat16,
  encodeFloat16,
  roundToFloat16,
} from "@platewright/core";
import { expect, test } from "vitest";
import { runPython } from "../../../../test/support/python.ts";

const everyHalf = Uint16Array.from({ length: 0x10000 }, (_, half) => half);

/** What NumPy makes of the bytes, in a program that reads `given` and ends with `made`. */
function byNumpy(program: string, given: Uint8Array): ArrayBuffer {
  const folder = mkdtempSync(join(tmpdir(), "platewright-float16-"));
  try {
    const [from, to] = [join(folder, "given"), join(folder, "made")];
    writeFileSync(from, given);
    const lines = [
      "import sys, numpy as np",
      "np.seterr(all='ignore')",
      "given = open(sys.argv[1], 'rb').read()",
    ];
    runPython([...lines, program, "made.tofile(sys.argv[2])"].join("\n"), [from, to]);
    return Uint8Array.from(readFileSync(to)).buffer;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Numbers near those at which rounding decides, and random ones; NaN and the infinities among them. */
function tryingNumbers(): Float64Array {
  const values = decodeFloat16(everyHalf.subarray(0, 0x7c00));
  const numbers: number[] = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    1e-300,
    0,
    5e-324,
    65520,
    65519.99999999999,
  ];
  for (const [half, value] of values.entries()) {
    const middle = (value + (half === 0x7bff ? 65536 : (values[half + 1] as number))) / 2;
    // The last two are a middle to float32: rounded twice, they end on the even neighbour.
    numbers.push(value, middle, middle * (1 + 2 ** -20), middle * (1 - 2 ** -20), middle * (1 + 2 ** -50));
    numbers.push(middle * (1 - 2 ** -50));
  }
  let state = 1;
  for (let i = 0; i < 20_000; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    numbers.push((state / 2 ** 31) * 2 ** ((i % 50) - 32));
  }
  return Float64Array.from([...numbers, ...numbers.map((number) => -number)]);
}

test("all 65,536 float16 are the numbers NumPy reads, and come back with every bit", () => {
  const expected = byNumpy(
    "made = np.frombuffer(given, '<u2').view('<f2').astype('<f4')",
    new Uint8Array(everyHalf.buffer),
  );
  const values = decodeFloat16(everyHalf);
  expect(new Uint32Array(values.buffer)).toEqual(new Uint32Array(expected));
  expect(encodeFloat16(values)).toEqual(everyHalf);
});

test.each(["float32", "float64"] as const)("%s becomes float16 as NumPy's astype", (from) => {
  const numbers = tryingNumbers();
  const given = createHostArray([numbers.length], from, createTypedArray(from, numbers.length));
  given.data.set(numbers);
  const type = from === "float32" ? "<f4" : "<f8";
  const program = `made = np.frombuffer(given, '${type}').astype('<f2').astype('<f4')`;
  const expected = new Float32Array(byNumpy(program, new Uint8Array(given.data.buffer)));
  expect(castArray(given, "float16").data).toEqual(expected);
  if (from === "float64") return;
  expect(decodeFloat16(encodeFloat16(given.data as Float32Array))).toEqual(expected);
});

test("a number is rounded once, not by way of float32", () => {
  const trap = 1 + 2 ** -11 + 2 ** -40;
  expect(roundToFloat16(trap)).toBe(1 + 2 ** -10);
  expect(roundToFloat16(Math.fround(trap))).toBe(1);
  expect(roundToFloat16(-0)).toBe(-0);
});

test.each<DType>(["uint8", "int32", "uint32", "bool"])("%s becomes float16, and float16 %s", (dtype) => {
  const whole = createHostArray([4], dtype, createTypedArray(dtype, 4));
  whole.data.set(dtype === "bool" ? [0, 1, 1, 0] : [0, 2049, 65519, 4e9]);
  const expected = castArray(castArray(whole, "float64"), "float16");
  expect(castArray(whole, "float16")).toEqual(expected);
  expect(castArray(expected, "float64").data).toEqual(Float64Array.from(expected.data));
  expect(castArray(createHostArray([3], "float16", Float32Array.of(0.5, 2.5, 65504)), dtype).data).toEqual(
    castArray(createHostArray([3], "float32", Float32Array.of(0.5, 2.5, 65504)), dtype).data,
  );
});
