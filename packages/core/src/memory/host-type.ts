import { bytesPerElement, dtypes } from "./dtype.ts";
import { type HostArray, isHostArray, sliceOf } from "./host-array.ts";
import { hostPool } from "./host-pool.ts";
import type { MemoryType } from "./memory-type.ts";

/** The hub of the conversion graph: dense arrays in ordinary memory. */
export const hostType: MemoryType<"host"> = Object.freeze<MemoryType<"host">>({
  kind: "memory-type",
  name: "host",
  processor: "cpu",
  dtypes,
  is: isHostArray,
  describe: ({ shape, dtype, data }) => ({
    shape,
    strides: stridesOf(shape),
    dtype,
    bytes: data.length * bytesPerElement(dtype),
  }),
  storageOf: ({ data }) => hostPool.storageOf(data),
  toHost: (array: HostArray) => array,
  fromHost: (array: HostArray) => array,
  unstack: (stack) => Array.from({ length: stack.shape[0] ?? 0 }, (_, z) => sliceOf(stack, z)),
  dispose: ({ data }) => hostPool.release(data),
});

/** Row-major strides of a dense array, in values. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}
