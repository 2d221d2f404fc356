import { createTypedArray, type DType } from "../memory/dtype.ts";
import { createHostArray, type HostArray, sizeOf } from "../memory/host-array.ts";

/** A host array of any bits, the same for the same seed: every NaN a quiet one, 0 and 1 for `bool`. */
export function randomArray(shape: readonly number[], dtype: DType, seed: number): HostArray {
  const data = createTypedArray(dtype, sizeOf(shape));
  const bytes = new Uint8Array(data.buffer);
  let state = (seed * 2654435761) | 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = dtype === "bool" ? (state >>> 24) & 1 : state >>> 24;
  }
  // A processor may quiet a NaN that it only moves.
  if (dtype === "float32" || dtype === "float64")
    data.forEach((value, i) => {
      if (Number.isNaN(value)) data[i] = Number.NaN;
    });
  return createHostArray(shape, dtype, data);
}
