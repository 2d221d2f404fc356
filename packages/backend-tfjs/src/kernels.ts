import { hostPool } from "@platewright/core";
import { defaultKernels, type Kernels } from "@platewright/kernels";

/** The kernels of this thread. From the first call on the pool lends from their own memory, into which they convert faster. */
export function kernels(): Kernels {
  const shared = defaultKernels();
  if (shared.arena) hostPool.adopt(shared.arena);
  return shared;
}
