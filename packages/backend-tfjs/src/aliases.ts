import type { Tensor } from "@tensorflow/tfjs-core";

// Reshaped tensors and clones share their data, and each of them counts until it is disposed of itself.
const known = new WeakMap<object, Set<Tensor>>();

/** Takes note of a tensor, so that it goes when its data does. Answers whether its data was unknown. */
export function noteTensor(tensor: Tensor): boolean {
  const tensors = known.get(tensor.dataId);
  if (tensors) {
    tensors.add(tensor);
    return false;
  }
  known.set(tensor.dataId, new Set([tensor]));
  return true;
}

/** Disposes of all noted tensors over the same data, and of this one; those that are gone already are left. */
export function disposeAliases(tensor: Tensor): void {
  for (const alias of known.get(tensor.dataId) ?? []) if (!alias.isDisposed) alias.dispose();
  known.delete(tensor.dataId);
  if (!tensor.isDisposed) tensor.dispose();
}
