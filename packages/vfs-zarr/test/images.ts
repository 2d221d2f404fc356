import {
  castValues,
  createHostArray,
  createTypedArray,
  type DType,
  type HostArray,
  type ImageKey,
} from "@platewright/core";

/** An array of a smooth scene with noise, the same for the same seed; floats too, negative ones where the dtype has them. */
export function noisyArray<D extends DType>(shape: readonly number[], dtype: D, seed = 1): HostArray<D> {
  const data = createTypedArray(
    dtype,
    shape.reduce((size, length) => size * length, 1),
  );
  let state = seed * 2654435761;
  for (let i = 0; i < data.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = 100 + 20 * Math.sin(i / 50) + (state >>> 28);
    if (dtype === "bool") data[i] = state >>> 31;
    else
      data[i] = dtype.startsWith("float")
        ? (value - 110) * 1.1
        : dtype.startsWith("int")
          ? value - 110
          : value;
  }
  castValues(data, data, dtype);
  return createHostArray(shape, dtype, data);
}

/** All keys of the cross product of the values. */
export function keysOf(values: {
  readonly wells: readonly string[];
  readonly sites: readonly string[];
  readonly channels: readonly { readonly value: string }[];
  readonly z: readonly string[];
  readonly timepoints: readonly string[];
}): readonly ImageKey[] {
  return values.wells.flatMap((well) =>
    values.timepoints.flatMap((timepoint) =>
      values.sites.flatMap((site) =>
        values.channels.flatMap(({ value: channel }) =>
          values.z.map((z) => ({ well, timepoint, site, channel, z })),
        ),
      ),
    ),
  );
}

/** An image that differs from key to key. */
export function imageOf(key: ImageKey, shape: readonly [number, number], dtype: DType = "uint16"): HostArray {
  const seed =
    [...Object.values(key).join()].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e6;
  return noisyArray(shape, dtype, seed);
}
