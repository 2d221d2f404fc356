import { gaussianWeights } from "../gaussian-weights.ts";
import type { GaussianOptions, Kernels } from "../kernels.ts";
import { checkLength, checkSlice, type Pixels, type Slice } from "../pixels.ts";
import { gaussian as gaussianPlain, storeRounded } from "../plain/gaussian.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";

// The kernel works on 16 pixels of a row at a time.
const LEAST_WIDTH = 16;
// Columns whose ring of rows stays in the first-level cache at the radii in use.
const STRIP_WIDTH = 512;

/**
 * Gaussian blur in WebAssembly, for uint8, uint16 and float32 on either side; other pixels are brought to float32 and back.
 * Narrow slices run in TypeScript.
 */
export function createGaussian(exports: KernelExports, scratch: Scratch): Kernels["gaussian"] {
  return <T extends Pixels>(slice: Slice, sigma: number, out: T, options: GaussianOptions = {}): T => {
    const { data, width, height } = slice;
    if (width < LEAST_WIDTH) return gaussianPlain(slice, sigma, out, options);
    checkSlice("gaussian", slice);
    checkLength("gaussian", "out", out, data.length);
    const source = typeOf(data);
    const target = typeOf(out);
    const floatBytes = data.length * 4;
    const weights = gaussianWeights(sigma, options.truncate ?? 4);
    const radius = weights.length - 1;
    // A result over its source must not be read again by a strip beside it.
    const overlaps = data.buffer === out.buffer && data.byteOffset === out.byteOffset;
    const inPlace = overlaps && source === target && source !== undefined;
    const strip = overlaps ? width : Math.max(STRIP_WIDTH, 8 * radius);
    const columns = Math.min(width, strip + 15 + 2 * radius);
    // An odd number of cache lines: rows of the ring then spread over the cache's sets.
    const ringStride = (Math.ceil((columns * 4) / 64) | 1) * 64;
    const [data0 = 0, out0 = 0, weightsAt = 0, ring = 0, line = 0, pointers = 0] = scratch.layout(
      source === undefined ? floatBytes : scratch.room(data),
      inPlace ? 0 : target === undefined ? floatBytes : scratch.roomFor(out),
      weights.byteLength,
      ringStride * (2 * radius + 1),
      (columns + 2 * radius) * 4,
      (radius + 1) * 8,
    );
    if (source === undefined) scratch.floats(data0, data.length).set(data);
    const src = source === undefined ? data0 : scratch.bring(data0, data);
    const dst = inPlace ? src : target === undefined ? out0 : scratch.aim(out0, out);
    scratch.write(weightsAt, weights);
    exports.gaussian(
      src,
      source ?? FLOAT32,
      dst,
      target ?? FLOAT32,
      width,
      height,
      weightsAt,
      radius,
      strip,
      ring,
      ringStride,
      line,
      pointers,
    );
    if (target === undefined) return storeRounded(scratch.floats(dst, out.length), out, 0);
    scratch.read(dst, out);
    return out;
  };
}

const FLOAT32 = 2;

// The numbers that assembly/gaussian.ts gives to pixel types.
function typeOf(data: Pixels): number | undefined {
  if (data instanceof Uint8Array) return 0;
  if (data instanceof Uint16Array) return 1;
  return data instanceof Float32Array ? FLOAT32 : undefined;
}
