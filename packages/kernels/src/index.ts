export { type ArenaPool, createKernels, defaultKernels, type KernelsOptions } from "./create-kernels.ts";
export { distanceTransform } from "./distance-transform.ts";
export {
  type Footprint,
  footprintDisk,
  footprintFrom,
  footprintRectangle,
  footprintSquare,
} from "./footprint.ts";
export { gaussianWeights } from "./gaussian-weights.ts";
export type {
  Arena,
  GaussianOptions,
  HistogramOptions,
  Kernels,
  LabelOptions,
  LabelRegionsOptions,
  RegionTable,
} from "./kernels.ts";
export { type Chord, type Neighbourhood, type Placements, placementsOf } from "./neighbourhood.ts";
export { normalizeLut, normalizeRange } from "./normalize.ts";
export {
  otsuBinCount,
  otsuBins,
  otsuThreshold,
  otsuThresholdOfBins,
  otsuThresholdOfFloat,
} from "./otsu.ts";
export { type PeakMarkersOptions, peakMarkers } from "./peak-markers.ts";
export { percentilesFromHistogram } from "./percentile.ts";
export type { Pixels, Slice, SmallPixels } from "./pixels.ts";
export { regionProperties } from "./region-table.ts";
export { type SplitTouchingOptions, splitTouching } from "./split-touching.ts";
export type { Strided, Values } from "./strided.ts";
export { type WatershedOptions, watershed } from "./watershed.ts";
export { coverWithWindows, type Window as CoverWindow } from "./window-cover.ts";
