import { hostPool } from "@platewright/core";
import { defaultKernels, type Kernels } from "@platewright/kernels";

/** The kernels of this thread, whose memory is the shared pool's too. */
export const kernels = (): Kernels => defaultKernels(hostPool);
