import type { Compute, GpuArray } from "@platewright/backend-webgpu";
import type { DType } from "@platewright/core";

/** Scratch arrays of one dtype for shaders that run one after the other: what one is done with, the next may take. */
export interface Workspace {
  readonly c: Compute;
  readonly dtype: DType;
  /** A scratch array with room for so many values. */
  borrow(values: number): Promise<GpuArray>;
  giveBack(array: GpuArray): void;
}

/** Makes a workspace of a computation. */
export function createWorkspace(c: Compute, dtype: DType): Workspace {
  const free: GpuArray[] = [];
  return {
    c,
    dtype,
    async borrow(values) {
      const at = free.findIndex(({ shape }) => (shape[0] ?? 0) >= values);
      const [found] = at < 0 ? [] : free.splice(at, 1);
      return found ?? c.scratch([values], dtype);
    },
    giveBack: (array) => free.push(array),
  };
}
