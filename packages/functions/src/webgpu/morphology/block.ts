import type { GpuArray, ValueRange } from "@platewright/backend-webgpu";

/** Slices of some size at the beginning of an array, which may be longer. */
export interface Block {
  readonly array: GpuArray;
  readonly depth: number;
  readonly height: number;
  readonly width: number;
}

/** Where a shader writes a block: into an array, from a value on that lies on a whole word. */
export interface Target {
  readonly array: GpuArray;
  readonly from: number;
}

/** How many values a block has. */
export function sizeOfBlock({ depth, height, width }: Omit<Block, "array">): number {
  return depth * height * width;
}

/** The values of a target that a block fills. */
export function rangeOf({ from }: Target, size: number): ValueRange {
  return { from, to: from + size };
}
