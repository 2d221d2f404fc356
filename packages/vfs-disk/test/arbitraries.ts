import {
  createHostArray,
  createTypedArray,
  type DType,
  decodeFloat16,
  dtypes,
  type HostArray,
  sizeOf,
} from "@platewright/core";
import fc from "fast-check";

/** Host arrays with any content, NaN and both zeros among the floats; `ranks` counts axes. */
export function anyHostArray(
  ranks: { readonly least: number; readonly most: number },
  among: readonly DType[] = dtypes,
): fc.Arbitrary<HostArray> {
  const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: ranks.least, maxLength: ranks.most });
  return fc
    .tuple(fc.constantFrom(...among), shapes, fc.integer({ min: 0, max: 2 ** 31 }))
    .map(([dtype, shape, seed]) => {
      const data = createTypedArray(dtype, sizeOf(shape));
      const bytes = new Uint8Array(data.buffer);
      let state = seed | 1;
      for (let at = 0; at < bytes.length; at += 1) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        bytes[at] = dtype === "bool" ? (state >>> 30) & 1 : state >>> 24;
      }
      if (dtype === "float16")
        decodeFloat16(
          Uint16Array.from(data, (_, at) => at * seed),
          data as Float32Array,
        );
      return createHostArray(shape, dtype, data as never);
    });
}

/** The bytes of an array's values, by which NaNs can be compared. */
export function bytesOfArray({ data }: HostArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}
