import { family } from "@platewright/core";
import * as host from "./ndarray/index.ts";
import * as tensor from "./tfjs/index.ts";
import * as gpu from "./webgpu/index.ts";

/** Stretches each slice between two percentiles of its own. */
export const percentileNormalize = family("percentileNormalize", {
  ndarray: host.percentileNormalize,
  webgpu: gpu.percentileNormalize,
  tfjs: tensor.percentileNormalize,
});

/** Stretches a whole stack between two percentiles of all its pixels. */
export const stackPercentileNormalize = family("stackPercentileNormalize", {
  ndarray: host.stackPercentileNormalize,
  webgpu: gpu.stackPercentileNormalize,
  tfjs: tensor.stackPercentileNormalize,
});

/** Smooths each slice with a gaussian. */
export const gaussian = family("gaussian", {
  ndarray: host.gaussian,
  webgpu: gpu.gaussian,
  tfjs: tensor.gaussian,
});

/** Grey erosion of each slice. */
export const erosion = family("erosion", {
  ndarray: host.erosion,
  webgpu: gpu.erosion,
  tfjs: tensor.erosion,
});

/** Grey dilation of each slice. */
export const dilation = family("dilation", {
  ndarray: host.dilation,
  webgpu: gpu.dilation,
  tfjs: tensor.dilation,
});

/** Grey opening of each slice. */
export const opening = family("opening", {
  ndarray: host.opening,
  webgpu: gpu.opening,
  tfjs: tensor.opening,
});

/** Grey closing of each slice. */
export const closing = family("closing", {
  ndarray: host.closing,
  webgpu: gpu.closing,
  tfjs: tensor.closing,
});

/** White top-hat of each slice. */
export const whiteTophat = family("whiteTophat", {
  ndarray: host.whiteTophat,
  webgpu: gpu.whiteTophat,
  tfjs: tensor.whiteTophat,
});

/** The greatest value along z at every pixel. */
export const maxProjection = family("maxProjection", {
  ndarray: host.maxProjection,
  webgpu: gpu.maxProjection,
  tfjs: tensor.maxProjection,
});

/** The least value along z at every pixel. */
export const minProjection = family("minProjection", {
  ndarray: host.minProjection,
  webgpu: gpu.minProjection,
  tfjs: tensor.minProjection,
});

/** The mean along z at every pixel. */
export const meanProjection = family("meanProjection", {
  ndarray: host.meanProjection,
  webgpu: gpu.meanProjection,
  tfjs: tensor.meanProjection,
});

/** The sum along z at every pixel, in float32. */
export const sumProjection = family("sumProjection", {
  ndarray: host.sumProjection,
  webgpu: gpu.sumProjection,
  tfjs: tensor.sumProjection,
});

/** The projection along z that `method` names. */
export const projection = family("projection", {
  ndarray: host.projection,
  webgpu: gpu.projection,
  tfjs: tensor.projection,
});

/** The weighted mean of the slices of a stack. */
export const composite = family("composite", {
  ndarray: host.composite,
  webgpu: gpu.composite,
  tfjs: tensor.composite,
});

/** A bool mask of the pixels strictly above a fixed grey value. */
export const threshold = family("threshold", {
  ndarray: host.threshold,
  webgpu: gpu.threshold,
  tfjs: tensor.threshold,
});

/** A bool mask of the pixels strictly above Otsu's threshold of each slice. */
export const otsuThreshold = family("otsuThreshold", {
  ndarray: host.otsuThreshold,
  webgpu: gpu.otsuThreshold,
  tfjs: tensor.otsuThreshold,
});
