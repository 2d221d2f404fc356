import { integerRange } from "@platewright/core";
import { otsuThreshold as otsuOfHistogram, type Pixels } from "@platewright/kernels";
import type * as Tf from "@tensorflow/tfjs-core";
import { otsuThresholdContract, type ThresholdParams, thresholdContract } from "../contracts/threshold.ts";
import { otsuOf } from "../ndarray/otsu.ts";
import { countLevels, levelsOf } from "./histogram.ts";
import { checkImage, mapImage } from "./images.ts";
import { readPixels } from "./on-host.ts";
import { tensors, tf } from "./tf.ts";

/** A bool mask of the pixels strictly above a fixed grey value. */
export const threshold = tensors(
  { ...thresholdContract, cost: 0.004 },
  (stack: Tf.Tensor, { value }: ThresholdParams) => markAbove(stack, [value]),
);

/**
 * A bool mask of the pixels strictly above Otsu's threshold, found for each slice by itself, exactly as
 * skimage.filters.threshold_otsu. A constant slice has no foreground. Otsu always splits what is there: of a slice with
 * nothing but noise about half becomes foreground. Of uint8 and uint16 only histograms leave the device, of other
 * dtypes the pixels.
 * Source: N. Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979).
 */
export const otsuThreshold = tensors({ ...otsuThresholdContract, cost: 0.03 }, async (stack: Tf.Tensor) => {
  checkImage(stack);
  return markAbove(stack, await thresholdsOf(stack));
});

async function thresholdsOf(image: Tf.Tensor): Promise<readonly number[]> {
  const depth = image.shape.length === 2 ? 1 : (image.shape[0] ?? 1);
  const size = image.size / depth;
  const levels = levelsOf(image);
  if (levels === undefined) {
    const pixels = await readPixels(image);
    return Array.from({ length: depth }, (_, z) =>
      otsuOf(pixels.subarray(z * size, (z + 1) * size) as Pixels),
    );
  }
  return (await countLevels(image, depth, levels)).map(otsuOfHistogram);
}

/** A mask of the pixels above a value: one for all slices, or one for each. */
async function markAbove(image: Tf.Tensor, values: readonly number[]): Promise<Tf.Tensor> {
  const isFloat = image.dtype === "float32";
  return mapImage(image, "bool", (slices) => {
    const limits = values.map((value) => (isFloat ? singleBelow(value) : wholeBelow(value)));
    const dtype = isFloat ? "float32" : "int32";
    const [first = 0] = limits;
    const isOne = limits.length === 1; // a scalar is compared much faster on cpu and wasm
    return tf.greater(
      slices,
      isOne ? tf.scalar(first, dtype) : tf.tensor3d(limits, [limits.length, 1, 1], dtype),
    );
  });
}

/** The greatest whole number up to a value: whole pixels are above the one where they are above the other. */
function wholeBelow(value: number): number {
  const { min, max } = integerRange("int32") as { min: number; max: number };
  return Number.isNaN(value) ? max : Math.min(Math.max(Math.floor(value), min), max);
}

/** The greatest float32 up to a value, for the same reason. */
function singleBelow(value: number): number {
  const single = Math.fround(value);
  if (!(single > value)) return single;
  const bits = new Int32Array(Float32Array.of(single).buffer);
  bits[0] = (bits[0] as number) + (single > 0 ? -1 : 1);
  return new Float32Array(bits.buffer)[0] as number;
}
