import { sizeOf } from "../../memory/host-array.ts";
import type { Contract } from "../../pipeline/contract.ts";
import type { CallDraft, PhaseContext } from "../draft.ts";
import type { Load } from "../variants/choose-variants.ts";

/** The bytes that a call works in at most, for stacks of so many slices; `undefined` for none, or where that is not known. */
export function workspaceOf(
  { workspace, unit }: Contract,
  { params }: CallDraft,
  slices: readonly number[],
  { dtype }: Load,
  { plate }: PhaseContext,
): number | undefined {
  const image = plate.index.shape;
  if (!image || plate.index.dtype === undefined) return undefined;
  const bytesOf = (count: number): number => {
    const shape = [unit === "slice" ? 1 : count, ...image];
    if (typeof workspace !== "function") return workspace * sizeOf(shape);
    try {
      return (workspace as (stack: object, params: unknown) => number)({ shape, dtype }, params);
    } catch {
      return 0; // what refuses its parameters is told of elsewhere
    }
  };
  const bytes = Math.ceil(Math.max(0, ...slices.map(bytesOf)));
  return bytes > 0 && Number.isFinite(bytes) ? bytes : undefined;
}
