/** Pixels; a table of more helps no image and may not fit into memory. */
const mostRadius = 2 ** 20;

/**
 * One side of a normalised gaussian, centre first, as scipy.ndimage.gaussian_filter1d builds it: the radius is
 * `floor(truncate * sigma + 0.5)` pixels. In float32.
 * @throws RangeError for a negative or infinite sigma or truncate, or a radius of more than 2^20 pixels.
 */
export function gaussianWeights(sigma: number, truncate: number): Float32Array {
  if (!(sigma >= 0 && sigma < Number.POSITIVE_INFINITY))
    throw new RangeError(`gaussian: sigma is ${sigma}. Pass a finite number of pixels, 0 or more.`);
  if (!(truncate >= 0 && truncate < Number.POSITIVE_INFINITY))
    throw new RangeError(`gaussian: truncate is ${truncate}. Pass a finite number of sigmas, 0 or more.`);
  const radius = Math.floor(truncate * sigma + 0.5);
  if (radius > mostRadius)
    throw new RangeError(
      `gaussian: sigma is ${sigma}, which reaches ${radius} pixels. Pass a sigma of at most ${Math.floor(mostRadius / truncate)} pixels.`,
    );
  if (radius === 0) return Float32Array.of(1);
  const side = Array.from({ length: radius + 1 }, (_, i) => Math.exp((-0.5 / (sigma * sigma)) * i * i));
  const sum = side.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return Float32Array.from(side, (weight) => weight / sum);
}
