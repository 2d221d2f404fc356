import type { Footprint } from "./footprint.ts";
import type { Pixels, Slice, SmallPixels } from "./pixels.ts";
import type { Strided, Values } from "./strided.ts";

/** How `histogram` treats the counts it is given. */
export interface HistogramOptions {
  /** Add to the counts already there, so that a stack is counted slice by slice. Default: false. */
  readonly accumulate?: boolean;
}

/** How far the gaussian reaches. */
export interface GaussianOptions {
  /** Radius in units of sigma, rounded to pixels as scipy rounds it. Default: 4. */
  readonly truncate?: number;
}

/** What counts as a region. */
export interface LabelOptions {
  /** Foreground is every pixel strictly above this. Default: 0, which reads a 0/1 mask. */
  readonly threshold?: number;
  /** 8 joins diagonal neighbours, 4 does not. Default: 8. */
  readonly connectivity?: 4 | 8;
}

/** What `labelRegions` measures and keeps. */
export interface LabelRegionsOptions extends LabelOptions {
  /** Pixels to measure under the regions, same shape as the slice. Default: the slice's own. */
  readonly intensity?: Pixels;
  /** Receives the label image, 0 = background. Leave it out when only the table is wanted. */
  readonly out?: Int32Array;
  /** Regions smaller than this many pixels are dropped and the rest renumbered. Default: 1. */
  readonly minArea?: number;
}

/** Measurements of `count` regions, in columns: entry `i` belongs to label `i + 1`. Pixels throughout. */
export interface RegionTable {
  readonly count: number;
  readonly area: Uint32Array;
  readonly centroidY: Float64Array;
  readonly centroidX: Float64Array;
  /** The bounding box is half-open, as scikit-image's: rows minRow ≤ y < maxRow. */
  readonly minRow: Int32Array;
  readonly minCol: Int32Array;
  readonly maxRow: Int32Array;
  readonly maxCol: Int32Array;
  /** Zero in all four intensity columns when regionProperties is given no intensity image. */
  readonly sumIntensity: Float64Array;
  readonly meanIntensity: Float64Array;
  readonly minIntensity: Float64Array;
  readonly maxIntensity: Float64Array;
}

/**
 * Memory in which arrays can lie, so that the kernels work on them in place instead of copying them in and out. Lend
 * stretches of it out as you like: it never moves, and costs nothing before it is touched.
 */
export interface Arena {
  readonly buffer: ArrayBuffer;
  /** In bytes, a multiple of 65,536. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/**
 * The kernels that exist twice: in WebAssembly SIMD and in plain TypeScript, with identical results.
 *
 * All are synchronous, take any slice of at least 1 × 1 pixels, write into the `out` array they are given and
 * return it. `out` may be the source's own array. Wasm memory is scratch: nothing stays there between calls.
 */
export interface Kernels {
  /** Which implementation this is. Pixel types without a SIMD path always run the TypeScript one. */
  readonly backend: "wasm-simd" | "typescript";
  /** Only where `createKernels` was asked for an arena and the engine had the memory for it. */
  readonly arena?: Arena;

  /** Counts every grey level: `counts` has 256 entries for uint8 and 65,536 for uint16. */
  histogram(data: SmallPixels, counts: Uint32Array, options?: HistogramOptions): Uint32Array;

  /**
   * Percentiles (0–100) over all pixels of the slices of a stack, which share one pixel type: exactly numpy.percentile's
   * default "linear" method, NaN if any pixel is NaN. For uint8 and uint16 a histogram is faster.
   * Throws a RangeError for a percentile outside 0–100 or no pixels.
   */
  percentiles(slices: readonly Pixels[], percentiles: readonly number[]): number[];

  /** `out[i] = lut[data[i]]`; the table has 256 entries for uint8, 65,536 for uint16. */
  applyLut<T extends SmallPixels>(data: T, lut: T, out: T): T;

  /** `out[i] = data[i] > limit ? 1 : 0`; a NaN is above nothing. */
  markAbove(data: Pixels, limit: number, out: Uint8Array): Uint8Array;

  /**
   * Grey erosion, as skimage.morphology.erosion 0.19. Border: reflect. In all morphology NaN spreads to every pixel whose
   * footprint meets one, as in numpy.min; what scikit-image makes of NaN depends on the order of the pixels.
   */
  erode<T extends Pixels>(slice: Slice<T>, footprint: Footprint, out: T): T;

  /** Grey dilation, as skimage.morphology.dilation 0.19, which does not mirror the footprint. */
  dilate<T extends Pixels>(slice: Slice<T>, footprint: Footprint, out: T): T;

  /** Grey opening, as skimage.morphology.opening 0.19, even-sided footprints included. */
  open<T extends Pixels>(slice: Slice<T>, footprint: Footprint, out: T): T;

  /** Grey closing, as skimage.morphology.closing 0.19, even-sided footprints included. */
  close<T extends Pixels>(slice: Slice<T>, footprint: Footprint, out: T): T;

  /** White top-hat, as skimage.morphology.white_tophat 0.19: the slice minus its opening, wrapping as numpy. */
  whiteTophat<T extends Pixels>(slice: Slice<T>, footprint: Footprint, out: T): T;

  /**
   * Gaussian blur in float32, half-sample symmetric border (scipy "reflect"). `sigma` in pixels, 0 copies.
   * An integer `out` is rounded half to even and saturated; a float one is left as it is.
   */
  gaussian<T extends Pixels>(slice: Slice, sigma: number, out: T, options?: GaussianOptions): T;

  /** Pixelwise maximum of equally long slices; NaN where a slice has one, as numpy.max. */
  projectMax<T extends Pixels>(slices: readonly T[], out: T): T;

  /** Pixelwise minimum of equally long slices; NaN where a slice has one, as numpy.min. */
  projectMin<T extends Pixels>(slices: readonly T[], out: T): T;

  /** `running[i] = max(running[i], data[i])`, NaN where one is: a maximum projection that holds one slice at a time. */
  accumulateMax<T extends Pixels>(running: T, data: T): T;

  /** `running[i] = min(running[i], data[i])`, NaN where one is. */
  accumulateMin<T extends Pixels>(running: T, data: T): T;

  /**
   * `sum[i] += data[i]`. Sums of at most 65,537 uint16 slices are exact in a Uint32Array, of any integer slices in a
   * Float64Array; a Float32Array adds as numpy adds float32 slices.
   */
  accumulateSum<T extends Uint32Array | Float32Array | Float64Array>(sum: T, data: Pixels): T;

  /**
   * A mean projection from a sum projection: `out[i] = sum[i] / count`, as numpy.mean; of integers, half to even. Float32
   * sums are divided in float32.
   */
  meanOfSum<T extends Pixels>(sum: Uint32Array | Float32Array | Float64Array, count: number, out: T): T;

  /**
   * Weighted sum of equally long slices in float32, in order, as `numpy.sum(stack.astype(float32) * weights, 0)`.
   * An integer `out` is truncated toward zero and saturated.
   */
  composite<T extends Pixels>(slices: readonly Pixels[], weights: readonly number[], out: T): T;

  /** Numbers the connected regions above a threshold from 1 in raster order, as skimage.measure.label. Returns how many. */
  label(slice: Slice, out: Int32Array, options?: LabelOptions): number;

  /** Labels and measures the connected regions above a threshold in one pass over their runs. */
  labelRegions(slice: Slice, options?: LabelRegionsOptions): RegionTable;

  /**
   * Copies values that lie apart in memory into `out`, dense and in row-major order, bit for bit. Any shape, strides of
   * any sign or 0, values of 1, 2, 4 or 8 bytes. `out` shares no memory with the source. Throws a RangeError where the
   * places are not all in the source, or not as many as `out` holds.
   */
  copyStrided<T extends Values>(source: Values, places: Strided, out: T): T;
}
