import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reflect } from "../src/border.ts";
import {
  createKernels,
  type Footprint,
  footprintDisk,
  footprintFrom,
  footprintSquare,
  type Pixels,
  type SmallPixels,
} from "../src/index.ts";
import { placementsOf } from "../src/neighbourhood.ts";
import { emptyLike, type VectorPixels } from "../src/pixels.ts";

const simd = createKernels();
const plain = createKernels({ backend: "typescript" });

type Bits = 8 | 16 | 32;

// A cheap generator, so that a large slice costs one number to draw and to shrink.
function noise(bits: 8 | 16, length: number, seed: number): SmallPixels;
function noise(bits: Bits, length: number, seed: number): VectorPixels;
function noise(bits: Bits, length: number, seed: number): VectorPixels {
  const data = new { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[bits](length);
  let state = seed | 1;
  for (let i = 0; i < length; i++) {
    state = Math.imul(state, 1664525) + 1013904223;
    // Squared, and with runs of zeros, to have plateaus and regions.
    const v = (state >>> 8) / 16777216;
    data[i] = v < 0.4 ? 0 : bits === 32 ? (v - 0.6) * 1e4 : v * v * 2 ** bits;
  }
  return data;
}

// Comparing by bytes: vitest's own equality visits every element, which takes seconds here.
function expectSame(a: Pixels, b: Pixels): void {
  const view = (data: Pixels): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (a.constructor !== b.constructor || Buffer.compare(view(a), view(b)) !== 0) expect(a).toEqual(b);
}

function expectAllSame<T extends Readonly<Record<string, Pixels>>>(a: T | undefined, b: T | undefined): void {
  for (const name in a) expectSame(a[name] as Pixels, b?.[name] as Pixels);
}

const slices = fc
  .record({
    bits: fc.constantFrom(8 as const, 16 as const, 32 as const),
    width: fc.oneof(fc.integer({ min: 1, max: 140 }), fc.constantFrom(1, 16, 31, 32, 64, 128)),
    height: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(),
  })
  .map(({ bits, width, height, seed }) => ({ data: noise(bits, width * height, seed), width, height }));

const footprints: fc.Arbitrary<Footprint> = fc.oneof(
  fc.integer({ min: 0, max: 24 }).map(footprintDisk),
  fc
    .tuple(fc.integer({ min: 1, max: 45 }), fc.integer({ min: 1, max: 45 }))
    .map(([height, width]) => footprintFrom(Array.from({ length: height }, () => new Array(width).fill(1)))),
  fc
    .integer({ min: 1, max: 9 })
    .chain((width) =>
      fc.array(fc.array(fc.boolean(), { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 17,
      }),
    )
    .filter((rows) => rows.some((row) => row.some(Boolean)))
    .map(footprintFrom),
);

describe("SIMD and TypeScript kernels", () => {
  it("run on the backend they say", () => {
    expect([simd.backend, plain.backend]).toEqual(["wasm-simd", "typescript"]);
  });

  it("agree on grey morphology for any slice and footprint", () => {
    const names = ["erode", "dilate", "open", "close", "whiteTophat"] as const;
    fc.assert(
      fc.property(slices, footprints, fc.constantFrom(...names), (slice, footprint, name) => {
        const { data } = slice;
        const a = simd[name](slice, footprint, emptyLike(data, data.length));
        const b = plain[name](slice, footprint, emptyLike(data, data.length));
        expectSame(a, b);
      }),
      { numRuns: 300 },
    );
  });

  it("agree on grey morphology with a NaN among the pixels", () => {
    const data = noise(32, 90 * 40, 5);
    data[1234] = Number.NaN;
    const slice = { data, width: 90, height: 40 };
    for (const footprint of [footprintDisk(4), footprintSquare(7)])
      expectSame(
        simd.whiteTophat(slice, footprint, emptyLike(data, data.length)),
        plain.whiteTophat(slice, footprint, emptyLike(data, data.length)),
      );
  });

  it("agree on slices of more than one band and strip", () => {
    for (const bits of [8, 16, 32] as const) {
      const slice = { data: noise(bits, 601 * 530, 11), width: 601, height: 530 };
      for (const footprint of [
        footprintDisk(13),
        footprintFrom([
          [1, 0, 0],
          [0, 0, 1],
        ]),
        footprintFrom(Array.from({ length: 70 }, () => new Array(101).fill(1))),
      ]) {
        const a = simd.whiteTophat(slice, footprint, emptyLike(slice.data, slice.data.length));
        expectSame(a, plain.whiteTophat(slice, footprint, emptyLike(slice.data, slice.data.length)));
      }
      for (const sigma of [2, 60]) {
        const apart = plain.gaussian(slice, sigma, emptyLike(slice.data, slice.data.length));
        expectSame(simd.gaussian(slice, sigma, emptyLike(slice.data, slice.data.length)), apart);
        const data = slice.data.slice();
        expectSame(simd.gaussian({ ...slice, data }, sigma, data), apart);
        const single = { ...slice, data: Float32Array.from(slice.data, (v) => v * 1000 - 500) };
        const smooth = plain.gaussian(single, sigma, emptyLike(slice.data, slice.data.length));
        expectSame(simd.gaussian(single, sigma, emptyLike(slice.data, slice.data.length)), smooth);
      }
    }
  });

  it("agree on labels and their table at any threshold", () => {
    fc.assert(
      fc.property(
        slices,
        fc.integer({ min: -2, max: 70000 }),
        fc.constantFrom(4 as const, 8 as const),
        (slice, threshold, connectivity) => {
          const limit = slice.data instanceof Uint8Array ? threshold / 256 : threshold;
          const [a, b] = [simd, plain].map((kernels) => {
            const out = new Int32Array(slice.data.length);
            return {
              table: kernels.labelRegions(slice, { threshold: limit, connectivity, out, minArea: 2 }),
              out,
            };
          });
          expect(a).toEqual(b);
        },
      ),
    );
  });

  it("agree on the gaussian bit for bit, whatever goes in and out", () => {
    fc.assert(
      fc.property(
        slices,
        fc.double({ min: 0, max: 9, noNaN: true }),
        fc.constantFrom(Uint8Array, Uint16Array, Float32Array, Int16Array, Int32Array, Float64Array),
        fc.constantFrom(undefined, Float32Array, Int16Array, Int32Array, Float64Array),
        (slice, sigma, Out, From) => {
          const source = From ? { ...slice, data: From.from(slice.data) } : slice;
          const a = simd.gaussian(source, sigma, new Out(slice.data.length));
          expectSame(a, plain.gaussian(source, sigma, new Out(slice.data.length)));
        },
      ),
    );
  });

  it("agree pixel by pixel: histograms, tables, projections, sums, composites", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8 as const, 16 as const),
        fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 32760, max: 40000 })),
        fc.nat(),
        (bits, length, seed) => {
          const stack = [0, 1, 2].map((i) => noise(bits, length, seed + i * 7919));
          const [first] = stack;
          if (!first) return;
          const lut = noise(bits, 2 ** bits, seed);
          const [a, b] = [simd, plain].map((kernels) => ({
            counts: kernels.histogram(first, new Uint32Array(2 ** bits)),
            mapped: kernels.applyLut(first, lut, emptyLike(first, length)),
            max: kernels.projectMax(stack, emptyLike(first, length)),
            min: kernels.projectMin(stack, emptyLike(first, length)),
            running: stack.reduce((sum, data) => kernels.accumulateMax(sum, data), emptyLike(first, length)),
            sum: stack.reduce((sum, data) => kernels.accumulateSum(sum, data), new Uint32Array(length)),
            bytes: kernels.composite(stack, [0.3, 0.5, 0.9], new Uint8Array(length)),
            words: kernels.composite(stack, [0.3, -0.5, 0.9], new Uint16Array(length)),
            mean: kernels.meanOfSum(
              stack.reduce((sum, data) => kernels.accumulateSum(sum, data), new Uint32Array(length)),
              3,
              emptyLike(first, length),
            ),
          }));
          expectAllSame(a, b);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("agree on projections, sums, means and composites of floats, NaN and infinities among them", () => {
    const lengths = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 32760, max: 40000 }));
    fc.assert(
      fc.property(lengths, fc.nat(), (length, seed) => {
        const stack = [0, 1, 2].map((i) => noise(32, length, seed + i * 7919) as Float32Array);
        for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
          for (const slice of stack) slice[(seed * (1 + slice.length)) % length] = odd;
        const [a, b] = [simd, plain].map((kernels) => {
          const sum = new Float32Array(length);
          for (const slice of stack) kernels.accumulateSum(sum, slice);
          return {
            max: kernels.projectMax(stack, new Float32Array(length)),
            min: kernels.projectMin(stack, new Float32Array(length)),
            running: kernels.accumulateMin(stack[0]?.slice() ?? sum, stack[1] ?? sum),
            sum,
            mean: kernels.meanOfSum(sum, 3, new Float32Array(length)),
            floats: kernels.composite(stack, [0.3, -0.5, 0.9], new Float32Array(length)),
            words: kernels.composite(stack, [0.3, 0.5, 0.9], new Uint16Array(length)),
          };
        });
        expectAllSame(a, b);
      }),
      { numRuns: 20 },
    );
  });

  it("agree on what is above any limit", () => {
    const odd = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -1e-50,
      1e-50,
      1e39,
      -1e39,
      -0,
      0.3,
    ];
    const limits = fc.oneof(fc.constantFrom(...odd), fc.double(), fc.integer({ min: -2, max: 70_000 }));
    fc.assert(
      fc.property(slices, limits, fc.nat(), ({ data }, limit, place) => {
        if (data instanceof Float32Array)
          [limit, Number.NaN, ...odd].forEach((value, i) => {
            data[(place + i) % data.length] = value;
          });
        const [a, b] = [simd, plain].map((kernels) =>
          kernels.markAbove(data, limit, new Uint8Array(data.length)),
        );
        expectSame(a as Uint8Array, b as Uint8Array);
      }),
      { numRuns: 500 },
    );
  });

  it("agree on the percentiles of floats, whatever they are", () => {
    const floats = fc.array(fc.oneof(fc.float(), fc.float({ min: -4, max: 4, noNaN: true })), {
      minLength: 1,
      maxLength: 90,
    });
    fc.assert(
      fc.property(floats, fc.integer({ min: 1, max: 900 }), fc.nat(100), (values, repeats, percentile) => {
        const data = Float32Array.from(
          { length: values.length * repeats },
          (_, i) => values[i % values.length] ?? 0,
        );
        const [a, b] = [simd, plain].map((kernels) =>
          kernels.percentiles([data, data], [0, percentile, 100]),
        );
        expect(a).toEqual(b);
      }),
    );
  });

  it("project onto a slice of the stack itself", () => {
    const kernels = createKernels({ arena: 2 ** 20 });
    const { buffer, byteOffset } = kernels.arena ?? { buffer: new ArrayBuffer(0), byteOffset: 0 };
    for (const bits of [16, 32] as const) {
      const slices = [1, 2, 3].map((seed) => noise(bits, 640, seed));
      const expected = plain.projectMax(slices, emptyLike(slices[0] as VectorPixels, 640));
      slices.forEach((_, last) => {
        const lent = slices.map((slice, i) => {
          const Type = slice.constructor as Float32ArrayConstructor;
          const copy = new Type(buffer, byteOffset + i * 4096, slice.length);
          copy.set(slice);
          return copy;
        });
        const out = lent[last] as Float32Array;
        expectSame(kernels.projectMax(lent, out), expected);
      });
      const alone = noise(bits, 640, 4);
      expectSame(kernels.projectMax([alone], alone), noise(bits, 640, 4));
    }
  });

  it("may write over the slice they read", () => {
    fc.assert(
      fc.property(slices, footprints, (slice, footprint) => {
        for (const kernels of [simd, plain]) {
          const apart = kernels.whiteTophat(slice, footprint, emptyLike(slice.data, slice.data.length));
          const data = slice.data.slice();
          expectSame(kernels.whiteTophat({ ...slice, data }, footprint, data), apart);
          const eroded = kernels.erode(slice, footprint, emptyLike(slice.data, slice.data.length));
          const again = slice.data.slice();
          expectSame(kernels.erode({ ...slice, data: again }, footprint, again), eroded);
          const blurred = kernels.gaussian(slice, 1.3, emptyLike(slice.data, slice.data.length));
          const over = slice.data.slice();
          expectSame(kernels.gaussian({ ...slice, data: over }, 1.3, over), blurred);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("the TypeScript sliding minimum", () => {
  it("is the minimum over every offset of the footprint, reflected at the border", () => {
    fc.assert(
      fc.property(slices, footprints, ({ data, width, height }, footprint) => {
        const eroded = plain.erode({ data, width, height }, footprint, emptyLike(data, data.length));
        const { chords } = placementsOf(footprint).plain;
        // A few pixels are enough: each visits all offsets.
        for (let at = 0; at < data.length; at += 1 + (data.length >> 4)) {
          const [y, x] = [Math.floor(at / width), at % width];
          let least = Number.POSITIVE_INFINITY;
          for (const { dy, x0, x1 } of chords)
            for (let dx = x0; dx <= x1; dx++)
              least = Math.min(
                least,
                data[reflect(y + dy, height) * width + reflect(x + dx, width)] ?? Number.NaN,
              );
          expect(eroded[at]).toBe(least);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("a gaussian over its own source", () => {
  it.each([
    ["uint8", Uint8Array],
    ["uint16", Uint16Array],
    ["float32", Float32Array],
  ] as const)("gives of %s what it gives beside it", (_, Type) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0.3, max: 6, noNaN: true }),
        (width, height, sigma) => {
          const data = new Type(width * height);
          for (let at = 0; at < data.length; at++) data[at] = (at * 7919) % 251;
          const slice = { data, width, height };
          const beside = simd.gaussian<Pixels>(slice, sigma, new Type(data.length));
          expect(simd.gaussian<Pixels>(slice, sigma, data)).toEqual(beside);
        },
      ),
      { numRuns: 30 },
    );
  });
});
