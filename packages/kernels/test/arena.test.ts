import {
  createKernels,
  defaultKernels,
  footprintDisk,
  footprintSquare,
  type Kernels,
  type SmallPixels,
} from "@platewright/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";

const inPlace = createKernels({ arena: 8 * 2 ** 20 });
const plain = createKernels({ backend: "typescript" });
const GUARD = 64;

/** Arrays that lie side by side in the arena, with guards between them. */
function layOut(lengths: readonly number[], Type: typeof Uint8Array | typeof Uint16Array): SmallPixels[] {
  const { buffer, byteOffset } = inPlace.arena ?? { buffer: new ArrayBuffer(0), byteOffset: 0 };
  let at = byteOffset;
  return lengths.map((length) => {
    new Uint8Array(buffer, at, GUARD + length * 2 + GUARD).fill(0xa5);
    const data = new Type(buffer, at + GUARD, length);
    at += GUARD + Math.ceil((length * 2) / 16) * 16 + GUARD;
    return data;
  });
}

function guardsHold(arrays: readonly SmallPixels[]): boolean {
  return arrays.every((data) => {
    const before = new Uint8Array(data.buffer, data.byteOffset - GUARD, GUARD);
    const after = new Uint8Array(data.buffer, data.byteOffset + data.byteLength, GUARD);
    return before.every((byte) => byte === 0xa5) && after.every((byte) => byte === 0xa5);
  });
}

const kinds: Readonly<
  Record<
    string,
    (kernels: Kernels, slices: readonly SmallPixels[], out: SmallPixels, width: number) => unknown
  >
> = {
  histogram: (k, [a], out) =>
    k.histogram(a as SmallPixels, new Uint32Array(out instanceof Uint8Array ? 256 : 65536)),
  applyLut: (k, [a], out) => {
    const lut = (out instanceof Uint8Array ? new Uint8Array(256) : new Uint16Array(65536)).map(
      (_, i) => i * 3,
    );
    return k.applyLut(a as SmallPixels, lut, out);
  },
  projectMax: (k, slices, out) => k.projectMax(slices, out),
  accumulateMin: (k, [a, b], out) => {
    out.set(b as never);
    return k.accumulateMin(out, a as SmallPixels);
  },
  composite: (k, slices, out) =>
    k.composite(
      slices,
      slices.map(() => 1 / slices.length),
      out,
    ),
  gaussian: (k, [data], out, width) => k.gaussian(sliceOf(data, width), 1.5, out),
  square: (k, [data], out, width) => k.whiteTophat(sliceOf(data, width), footprintSquare(5), out),
  disk: (k, [data], out, width) => k.whiteTophat(sliceOf(data, width), footprintDisk(4), out),
  erode: (k, [data], out, width) => k.erode(sliceOf(data, width), footprintSquare(4), out),
  label: (k, [data], out, width) => {
    const labels = new Int32Array(out.length);
    return [k.label(sliceOf(data, width), labels, { threshold: 100 }), labels];
  },
};

test.each(Object.keys(kinds))(
  "%s gives the same in the arena, and touches nothing but its result",
  (name) => {
    expect(inPlace.arena).toBeDefined();
    const run = kinds[name] as (typeof kinds)[string];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        fc.boolean(),
        (width, height, seed, narrow) => {
          const Type = narrow ? Uint8Array : Uint16Array;
          const length = width * height;
          const arrays = layOut([length, length, length], Type);
          const [a, b, out] = arrays as [SmallPixels, SmallPixels, SmallPixels];
          let state = seed;
          for (const data of [a, b])
            for (let i = 0; i < length; i++) data[i] = state = (state * 48271) % 2147483647;
          const copies = [a.slice(), b.slice()];
          const expected = run(plain, copies, new Type(length), width);
          const gotten = run(inPlace, [a, b], out, width);
          expect(gotten).toEqual(expected);
          expect([a, b]).toEqual(copies);
          expect(guardsHold(arrays)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  },
);

test("a result over its own source is right", () => {
  const width = 70;
  const [data] = layOut([width * 31], Uint16Array) as [SmallPixels];
  for (let i = 0; i < data.length; i++) data[i] = (i * 7919) % 65536;
  const source = data.slice();
  const expected = plain.whiteTophat(
    sliceOf(source, width),
    footprintSquare(7),
    new Uint16Array(data.length),
  );
  expect(inPlace.whiteTophat(sliceOf(data, width) as never, footprintSquare(7), data)).toEqual(expected);
});

test("a slice too large for the working memory beside the arena is done all the same", () => {
  const [width, height] = [7000, 4500];
  const data = new Uint16Array(width * height);
  data[width * 2000 + 3000] = 900;
  const out = inPlace.whiteTophat({ data, width, height }, footprintSquare(3), new Uint16Array(data.length));
  expect(out[width * 2000 + 3000]).toBe(900);
  expect(out.reduce((sum, value) => sum + value, 0)).toBe(900);
});

function sliceOf(data: SmallPixels | undefined, width: number) {
  const pixels = data as SmallPixels;
  return { data: pixels, width, height: pixels.length / width };
}

test("the kernels of a thread offer their own memory to every pool that asks for them", () => {
  const adopted: unknown[] = [];
  const kernels = defaultKernels({ adopt: (arena) => adopted.push(arena.buffer) });
  expect(kernels).toBe(defaultKernels());
  expect(adopted).toEqual([kernels.arena?.buffer]);
  expect(kernels.arena?.byteLength).toBe(256 * 2 ** 20);
});
