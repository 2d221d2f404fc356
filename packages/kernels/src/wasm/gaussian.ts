import { gaussianWeights } from "../gaussian-weights.ts";
import type { GaussianOptions, Kernels } from "../kernels.ts";
import { checkLength, checkSlice, type Pixels, type Slice } from "../pixels.ts";
import { gaussian as gaussianPlain } from "../plain/gaussian.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";

// The kernel works on 16 pixels of a row at a time.
const LEAST_WIDTH = 16;
// Columns whose ring of rows stays in the first-level cache at the radii in use.
const STRIP_WIDTH = 512;

/** Gaussian blur in WebAssembly for uint8, uint16 and float32 on either side; the rest runs in TypeScript. */
export function createGaussian(exports: KernelExports, scratch: Scratch): Kernels["gaussian"] {
  return <T extends Pixels>(slice: Slice, sigma: number, out: T, options: GaussianOptions = {}): T => {
    const { data, width, height } = slice;
    const source = typeOf(data);
    const target = typeOf(out);
    if (source === undefined || target === undefined || width < LEAST_WIDTH)
      return gaussianPlain(slice, sigma, out, options);
    checkSlice("gaussian", slice);
    checkLength("gaussian", "out", out, data.length);
    const weights = gaussianWeights(sigma, options.truncate ?? 4);
    const radius = weights.length - 1;
    // A result over its source must not be read again by a strip beside it.
    const overlaps = data.buffer === out.buffer && data.byteOffset === out.byteOffset;
    const inPlace = overlaps && source === target;
    const strip = overlaps ? width : Math.max(STRIP_WIDTH, 8 * radius);
    const columns = Math.min(width, strip + 15 + 2 * radius);
    // An odd number of cache lines: rows of the ring then spread over the cache's sets.
    const ringStride = (Math.ceil((columns * 4) / 64) | 1) * 64;
    const [data0 = 0, out0 = 0, weightsAt = 0, ring = 0, line = 0, pointers = 0] = scratch.layout(
      scratch.room(data),
      inPlace ? 0 : scratch.roomFor(out),
      weights.byteLength,
      ringStride * (2 * radius + 1),
      (columns + 2 * radius) * 4,
      (radius + 1) * 8,
    );
    const src = scratch.bring(data0, data);
    const dst = inPlace ? src : scratch.aim(out0, out);
    scratch.write(weightsAt, weights);
    exports.gaussian(
      src,
      source,
      dst,
      target,
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
    scratch.read(dst, out);
    return out;
  };
}

// The numbers that assembly/gaussian.ts gives to pixel types.
function typeOf(data: Pixels): number | undefined {
  if (data instanceof Uint8Array) return 0;
  if (data instanceof Uint16Array) return 1;
  return data instanceof Float32Array ? 2 : undefined;
}
