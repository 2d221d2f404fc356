import {
  createHostArray,
  createTypedArray,
  type DType,
  decodeFloat16,
  type HostArray,
  sizeOf,
} from "@platewright/core";

/** A host array of any bits, the same for the same seed: every NaN a quiet one, 0 and 1 for `bool`. */
export function randomArray(shape: readonly number[], dtype: DType, seed: number): HostArray {
  const data = createTypedArray(dtype, sizeOf(shape));
  const halves = dtype === "float16" ? new Uint16Array(data.length) : undefined;
  const bytes = new Uint8Array((halves ?? data).buffer);
  let state = (seed * 2654435761) | 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = dtype === "bool" ? (state >>> 24) & 1 : state >>> 24;
  }
  if (halves) decodeFloat16(halves, data as Float32Array);
  // A processor may quiet a NaN that it only moves.
  if (dtype.startsWith("float"))
    data.forEach((value, i) => {
      if (Number.isNaN(value)) data[i] = Number.NaN;
    });
  return createHostArray(shape, dtype, data);
}
