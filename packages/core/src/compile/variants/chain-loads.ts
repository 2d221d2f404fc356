import type { DType } from "../../memory/dtype.ts";
import { bytesOf } from "../../memory/host-array.ts";
import { stridesOf } from "../../memory/host-type.ts";
import type { ArrayInfo } from "../../memory/memory-type.ts";
import { groupPositions } from "../../plate/image-set.ts";
import type { CallDraft, MaterialisedDraft, MaterialisedStep, PhaseContext } from "../draft.ts";
import { callsFor, contractedSlices } from "../steps/draft-templates.ts";
import type { Load } from "./choose-variants.ts";

/** Assumed where a plate does not tell the size of its images. */
const usualImage = { shape: [1024, 1024], dtype: "uint16" } as const;

/** The dtype of the stacks before the first call of each chain, between the calls and after the last. */
export function dtypesAlong(calls: readonly CallDraft[], incoming: DType): readonly DType[] {
  const dtypes: DType[] = [incoming];
  for (const { contract } of calls) {
    const before = dtypes.at(-1) as DType;
    dtypes.push(contract.dtype === "same" ? before : contract.dtype);
  }
  return dtypes;
}

/** What one well has in the stacks of a chain, before its first call, between the calls and after the last. */
export function loadsAlong(
  step: MaterialisedStep,
  calls: readonly CallDraft[],
  dtypes: readonly DType[],
  draft: MaterialisedDraft,
  context: PhaseContext,
): readonly Load[] {
  const images = draft.templates[0]?.steps[step.index]?.input;
  const groups = images
    ? groupPositions(images, step.variableComponents).filter((group) => callsFor(step, group) === calls)
    : [];
  let counts = groups.map(({ positions }) => positions.length);
  const loads = [loadOf(counts, dtypes[0] as DType, context)];
  for (const [i, call] of calls.entries()) {
    counts = counts.map((count) => slicesAfter(call, count));
    loads.push(loadOf(counts, dtypes[i + 1] as DType, context));
  }
  return loads;
}

/** What one stack of a load looks like, by which routes are found. */
export function stackOf({ bytes, stacks, dtype }: Load, context: PhaseContext): ArrayInfo {
  const [height, width] = imageShape(context);
  const one = bytesOf([1, height, width], dtype);
  const slices = Math.max(1, Math.round(bytes / Math.max(stacks, 1) / one));
  const shape = [slices, height, width];
  return { shape, strides: stridesOf(shape), dtype, bytes: slices * one };
}

function loadOf(counts: readonly number[], dtype: DType, context: PhaseContext): Load {
  const slices = counts.reduce((sum, count) => sum + count, 0);
  return { bytes: bytesOf([slices, ...imageShape(context)], dtype), stacks: counts.length, dtype };
}

function imageShape({ plate }: PhaseContext): readonly [number, number] {
  return plate.index.shape ?? usualImage.shape;
}

/** The dtype of the plate's images, as far as it is known. */
export function plateDType({ plate }: PhaseContext): DType {
  return plate.index.dtype ?? usualImage.dtype;
}

function slicesAfter({ contract, params }: CallDraft, count: number): number {
  try {
    return contractedSlices(contract.slices, count, params);
  } catch {
    // The first phase has reported a rule that throws.
    return count;
  }
}
