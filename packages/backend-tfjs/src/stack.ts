import { type DType, PlatewrightError, sizeOf, type TypedArray } from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { dtypeOfTensor, markDType, type Tf } from "./tensor.ts";
import { type ValueAccess, valuesAs } from "./values.ts";

/** One [Z, Y, X] tensor of [Y, X] slices: a view where they lie one after the other in shared memory, else a copy. */
export function stackTensors(tf: Tf, access: ValueAccess, slices: readonly Tensor[]): Tensor {
  const first = slices[0];
  if (!first)
    throw new PlatewrightError("array", "The list of slices is empty: a stack has at least one slice.");
  const dtype = dtypeOfTensor(first);
  const joined = access.shares
    ? joinedOf(slices.map((slice) => valuesAs(slice, access.read(slice) as TypedArray)))
    : undefined;
  if (!joined) return markDType(tf.stack([...slices]), dtype);
  return makeTensor(tf, joined, [slices.length, ...first.shape], dtype);
}

/** The [Y, X] slices of a [Z, Y, X] tensor: views where the memory is shared, else copies. Throws "array" for another shape. */
export function unstackTensor(tf: Tf, access: ValueAccess, stack: Tensor): readonly Tensor[] {
  checkStack(stack);
  const dtype = dtypeOfTensor(stack);
  if (!access.shares) return tf.unstack(stack).map((slice) => markDType(slice, dtype));
  const [length = 0, ...shape] = stack.shape;
  const values = valuesAs(stack, access.read(stack) as TypedArray);
  const size = sizeOf(shape);
  return Array.from({ length }, (_, z) =>
    makeTensor(tf, values.subarray(z * size, (z + 1) * size) as TypedArray, shape, dtype),
  );
}

/** Throws "array" where a tensor is no [Z, Y, X] stack. */
export function checkStack({ shape }: Tensor): void {
  if (shape.length === 3) return;
  throw new PlatewrightError(
    "array",
    `A stack has 3 dimensions [Z, Y, X]; this has shape (${shape.join(", ")}).`,
    { shape },
  );
}

/** A tensor over values of the type that holds the dtype. */
export function makeTensor(tf: Tf, values: TypedArray, shape: readonly number[], dtype: DType): Tensor {
  const held = values instanceof Float32Array ? "float32" : values instanceof Int32Array ? "int32" : "bool";
  return markDType(tf.tensor(values as Float32Array, [...shape], held), dtype);
}

/** The one array whose neighbouring parts these are; `undefined` where they are not. */
function joinedOf(parts: readonly TypedArray[]): TypedArray | undefined {
  const [first] = parts;
  if (!first) return undefined;
  let end = first.byteOffset;
  for (const part of parts) {
    if (part.buffer !== first.buffer || part.byteOffset !== end) return undefined;
    end += part.byteLength;
  }
  const Values = first.constructor as new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => TypedArray;
  return new Values(first.buffer, first.byteOffset, (end - first.byteOffset) / first.BYTES_PER_ELEMENT);
}
