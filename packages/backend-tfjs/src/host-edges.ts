import {
  createHostArray,
  createTypedArray,
  type DType,
  type HostArray,
  hostPool,
  sizeOf,
  type TypedArray,
} from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { makeTensor } from "./stack.ts";
import { dtypeOfTensor, heldAs, markDType, type Tf } from "./tensor.ts";
import { type ValueAccess, valuesAs } from "./values.ts";

/** Whether the host's values of a dtype are laid out as a tensor's. */
export function isHeldAsItIs(dtype: DType): boolean {
  return heldAs(dtype) === dtype || dtype === "float16";
}

/** A tensor of a host array's values: over the same memory where backend and dtype allow, else a copy. */
export function fromHost(tf: Tf, access: ValueAccess, { shape, dtype, data }: HostArray): Tensor {
  if (!access.shares && access.keeps) return makeTensor(tf, ownCopy(data, dtype), shape, dtype);
  if (isHeldAsItIs(dtype)) return makeTensor(tf, plainMask(data), shape, dtype);
  if (access.create) {
    const { tensor, values } = access.create(shape, heldAs(dtype));
    values.set(data);
    return markDType(tensor, dtype);
  }
  const wide = hostPool.allocate(shape, "int32");
  try {
    wide.data.set(data);
    const tensor = makeTensor(tf, wide.data, shape, dtype);
    if (!access.shares) hostPool.release(wide.data);
    return tensor;
  } catch (thrown) {
    hostPool.release(wide.data);
    throw thrown;
  }
}

/** A host array of a tensor's values: over the same memory where backend and dtype allow, else a copy out of the pool. */
export async function toHost(access: ValueAccess, tensor: Tensor): Promise<HostArray> {
  const dtype = dtypeOfTensor(tensor);
  const { shape } = tensor;
  const found = access.read(tensor);
  // Lent values are copied before anything else can run.
  if (access.isLent) return copyOf(shape, dtype, found as TypedArray);
  const values = valuesAs(tensor, await found);
  return isHeldAsItIs(dtype) ? createHostArray(shape, dtype, values as never) : copyOf(shape, dtype, values);
}

// Not out of the pool, nor the host array's own: a backend that uploads later would find other values there.
function ownCopy(data: TypedArray, dtype: DType): TypedArray {
  const own = createTypedArray(heldAs(dtype), data.length);
  own.set(data);
  return own;
}

function copyOf(shape: readonly number[], dtype: DType, values: TypedArray): HostArray {
  const copy = hostPool.allocate(shape, dtype);
  copy.data.set(values.subarray(0, sizeOf(shape)));
  return copy;
}

// Relatives of Uint8Array are no masks to TensorFlow.js.
function plainMask(data: TypedArray): TypedArray {
  const isRelative = data instanceof Uint8Array && data.constructor !== Uint8Array;
  return isRelative ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data;
}
