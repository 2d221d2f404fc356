import { type DType, PlatewrightError } from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";

declare module "@platewright/core" {
  interface MemoryTypes {
    readonly tfjs: Tensor;
  }
}

/** TensorFlow.js, whichever of its packages it came from. */
export type Tf = typeof import("@tensorflow/tfjs-core");

/** The dtypes that a tensor holds by itself. */
export type HeldDType = "bool" | "int32" | "float32";

/** What holds each dtype exactly; uint32 and float64 have nothing that does. */
const holders: { readonly [dtype in DType]?: HeldDType } = {
  bool: "bool",
  uint8: "int32",
  int8: "int32",
  uint16: "int32",
  int16: "int32",
  int32: "int32",
  float16: "float32",
  float32: "float32",
};

/** The dtypes that tensors hold exactly, smaller ones as int32 and float32 that remember what they are. */
export const tfjsDTypes: readonly DType[] = Object.freeze(Object.keys(holders) as DType[]);

// By data, not by tensor: clones and other shapes of the same values are of the same dtype.
const remembered = new WeakMap<object, DType>();

/** Whether a value is a tensor, made by any copy of TensorFlow.js. */
export function isTensor(value: unknown): value is Tensor {
  if (typeof value !== "object" || value === null) return false;
  const { dataId, shape, dtype, dataSync } = value as Partial<Tensor>;
  return (
    typeof dataId === "object" &&
    Array.isArray(shape) &&
    typeof dtype === "string" &&
    typeof dataSync === "function"
  );
}

/** The dtype of a tensor's values: the one it remembers, else its own. Throws "dtype" for strings and complex numbers. */
export function dtypeOfTensor(tensor: Tensor): DType {
  const known = remembered.get(tensor.dataId);
  const { dtype } = tensor;
  if (known && holders[known] === dtype) return known; // on cpu a tensor cast to float32 may share its data
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new PlatewrightError(
    "dtype",
    `A tensor of dtype ${dtype} holds no pixels. Use float32, int32 or bool.`,
    {
      dtype,
    },
  );
}

/**
 * The same tensor, its values known to be of a dtype, which they must fit: uint8, int8, uint16 or int16 for an int32
 * tensor, float16 for a float32 one, else the tensor's own. Throws "dtype" for any other.
 */
export function markDType<T extends Tensor>(tensor: T, dtype: DType): T {
  if (heldAs(dtype) !== tensor.dtype) {
    throw new PlatewrightError(
      "dtype",
      `A tensor of dtype ${tensor.dtype} can't hold ${dtype}. Cast it first.`,
      {
        held: tensor.dtype,
        dtype,
      },
    );
  }
  if (dtype === tensor.dtype) remembered.delete(tensor.dataId);
  else remembered.set(tensor.dataId, dtype);
  return tensor;
}

/** The dtype of the tensor that holds values of a dtype. Throws "dtype" for uint32 and float64. */
export function heldAs(dtype: DType): HeldDType {
  const held = holders[dtype];
  if (held) return held;
  throw new PlatewrightError(
    "dtype",
    `TensorFlow.js has no tensor that holds ${dtype} exactly. Cast to int32 or float32 first, or run this step on another memory type.`,
    { dtype },
  );
}
