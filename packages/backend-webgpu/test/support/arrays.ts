import {
  createHostArray,
  createTypedArray,
  type DType,
  decodeFloat16,
  type HostArray,
  sizeOf,
  viewOf,
} from "@platewright/core";

/** A host array of random bits, NaN with any payload among the floats; 0 and 1 for `bool`. */
export function randomArray(shape: readonly number[], dtype: DType, seed: number): HostArray {
  const data = createTypedArray(dtype, sizeOf(shape));
  const halves = dtype === "float16" ? new Uint16Array(data.length) : undefined;
  const bytes = new Uint8Array((halves ?? data).buffer);
  let state = seed | 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = dtype === "bool" ? (state >>> 24) & 1 : state >>> 24;
  }
  if (halves) decodeFloat16(halves, data as Float32Array);
  return createHostArray(shape, dtype, data);
}

/** The raw bytes of an array. */
export function bytesIn({ data }: HostArray): Uint8Array {
  return viewOf("uint8", data.buffer, data.byteOffset, data.byteLength);
}
