import { createKernels, type Kernels, type Pixels } from "@platewright/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const types = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
};
type Name = keyof typeof types;
const names = Object.keys(types) as Name[];
const pairs = names.flatMap((from) => names.map((to) => [from, to] as const));

const kinds: readonly [name: string, kernels: Kernels][] = [
  ["in TypeScript", createKernels({ backend: "typescript" })],
  ["in WebAssembly", createKernels()],
];

describe.each(kinds)("values converted %s", (_, kernels) => {
  test.each(pairs)("are what a typed array's set makes them, %s to %s", (from, to) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.nat(9), fc.nat(2 ** 30), (length, offset, seed) => {
        const source = new types[from](length + offset).subarray(offset) as Pixels;
        for (let i = 0, state = seed; i < length; i++) {
          state = (Math.imul(state, 1664525) + 1013904223) | 0;
          source[i] = state >> (i % 17);
        }
        const around = new types[to](length + 128).fill(77) as Pixels;
        const expected = around.slice() as Pixels;
        expected.set(source, 64);
        const out = around.subarray(64, 64 + length) as Pixels;
        expect(kernels.convert(source, out)).toBe(out);
        expect(Buffer.compare(bytesOf(around), bytesOf(expected))).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  test("need a result of their length", () => {
    expect(() => kernels.convert(new Uint16Array(600), new Int32Array(601))).toThrow(
      /out holds 601 pixels where 600 are needed/,
    );
  });
});

test.each([70_001, 8192 * 3, 8192 * 2 + 5])(
  "%i values of an arena are converted into it, and nothing else is",
  (length) => {
    const kernels = createKernels({ arena: 2 ** 20 });
    const { buffer, byteOffset } = kernels.arena ?? { buffer: new ArrayBuffer(0), byteOffset: 0 };
    const source = new Uint16Array(buffer, byteOffset, length);
    for (let i = 0; i < length; i++) source[i] = i * 7;
    const around = new Int32Array(buffer, byteOffset + 262_144, length + 64).fill(-5);
    const wide = kernels.convert(source, around.subarray(32, 32 + length));
    expect(wide.every((value, i) => value === (i * 7) % 65536)).toBe(true);
    expect([...around.subarray(0, 32), ...around.subarray(32 + length)].every((value) => value === -5)).toBe(
      true,
    );
    const narrow = kernels.convert(wide, new Uint16Array(buffer, byteOffset + 786_432, length));
    expect(narrow.every((value, i) => value === source[i])).toBe(true);
  },
);

function bytesOf({ buffer, byteOffset, byteLength }: Pixels): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
