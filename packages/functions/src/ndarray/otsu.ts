import { PlatewrightError } from "@platewright/core";
import {
  otsuThresholdOfFloat,
  otsuThreshold as otsuThresholdOfHistogram,
  type Pixels,
} from "@platewright/kernels";
import { kernels } from "../kernels.ts";

/** Integer ranges up to this many grey levels get a bin for each level. */
const maxLevels = 2 ** 20;

/**
 * Otsu's threshold of any pixels, as skimage.filters.threshold_otsu: one bin for each grey level of an integer image
 * (256 bins where its range passes 2^20), 256 bins of a float one. Foreground is strictly above it. Throws "array" where
 * a pixel is NaN or infinite.
 */
export function otsuOf(data: Pixels): number {
  if (data instanceof Uint8Array) {
    return otsuThresholdOfHistogram(kernels().histogram(data, new Uint32Array(256)));
  }
  if (data instanceof Uint16Array) {
    return otsuThresholdOfHistogram(kernels().histogram(data, new Uint32Array(65536)));
  }
  if (data instanceof Float32Array || data instanceof Float64Array) return otsuOfFloat(data);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (most - least >= maxLevels) return otsuThresholdOfFloat(Float64Array.from(data));
  const counts = new Uint32Array(most - least + 1);
  for (const value of data) counts[value - least] = (counts[value - least] as number) + 1;
  return otsuThresholdOfHistogram(counts) + least;
}

function otsuOfFloat(data: Float32Array | Float64Array): number {
  try {
    return otsuThresholdOfFloat(data);
  } catch (cause) {
    const wrong = data.find((value) => !Number.isFinite(value));
    if (wrong === undefined) throw cause;
    throw new PlatewrightError(
      "array",
      `A pixel is ${wrong}, so the slice has no Otsu threshold. Replace NaN and infinite pixels in an earlier step.`,
      { cause },
    );
  }
}
