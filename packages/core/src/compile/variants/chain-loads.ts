import type { DType } from "../../memory/dtype.ts";
import { bytesOf } from "../../memory/host-array.ts";
import { stridesOf } from "../../memory/host-type.ts";
import type { ArrayInfo } from "../../memory/memory-type.ts";
import type { CallDraft, MaterialisedDraft, MaterialisedStep, PhaseContext } from "../draft.ts";
import { callsFor, groupsIn, promisedSlices } from "../steps/draft-templates.ts";
import type { Load } from "./choose-variants.ts";

/** Assumed where a plate does not tell the size of its images. */
const usualImage = { shape: [1024, 1024], dtype: "uint16" } as const;

/** What one well has in the stacks of a chain, before its first call, between the calls and after the last. */
export function loadsAlong(
  step: MaterialisedStep,
  calls: readonly CallDraft[],
  incoming: DType,
  draft: MaterialisedDraft,
  context: PhaseContext,
): readonly Load[] {
  let counts = groupsIn(draft.templates[0], step)
    .filter((group) => callsFor(step, group) === calls)
    .map(({ positions }) => positions.length);
  let dtype = incoming;
  const load = (): Load => {
    const slices = counts.reduce((sum, count) => sum + count, 0);
    return { bytes: bytesOf([slices, ...imageShape(context)], dtype), stacks: counts.length, dtype };
  };
  const loads = [load()];
  for (const { contract, params } of calls) {
    counts = counts.map((count) => promisedSlices(contract.slices, count, params) ?? count);
    if (contract.dtype !== "same") dtype = contract.dtype;
    loads.push(load());
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

function imageShape({ plate }: PhaseContext): readonly [number, number] {
  return plate.index.shape ?? usualImage.shape;
}

/** The dtype of the plate's images, as far as it is known. */
export function plateDType({ plate }: PhaseContext): DType {
  return plate.index.dtype ?? usualImage.dtype;
}
