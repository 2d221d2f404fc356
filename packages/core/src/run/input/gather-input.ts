import type { WorkUnit } from "../../compile/plan/units.ts";
import { PlatewrightError } from "../../errors.ts";
import type { HostArray } from "../../memory/host-array.ts";
import type { ImagePosition } from "../../plate/image-key.ts";
import { positionText, positionWords } from "../../plate/image-set.ts";
import type { PlateImage } from "../../plate/plate-layout.ts";
import type { MemoryBackend } from "../../vfs/memory-backend.ts";
import { joinPath } from "../../vfs/path.ts";
import type { StorageBackend } from "../../vfs/storage-backend.ts";
import { isOutOfMemory } from "../call/out-of-memory.ts";
import type { UnitScope } from "../execute-unit.ts";
import { readStack } from "./read-stack.ts";

/** Where a unit's stack is kept in memory. */
export function stackPath(unit: WorkUnit): string {
  return `stacks/${unit.step.index}/${unit.id}`;
}

/** Where an artifact of a unit is kept in memory: in the folder that the plan has for it. */
export function artifactPath(unit: WorkUnit, key: string): string {
  const planned = unit.step.gives.find((artifact) => artifact.key === key);
  return joinPath(planned?.folder ?? "", String(unit.id));
}

/** Reads the stack of a unit from the plate. Throws "not-found" for images that the plate's index does not list. */
export async function readUnit(
  well: string,
  unit: WorkUnit,
  images: ReadonlyMap<string, PlateImage>,
  plate: StorageBackend,
  signal: AbortSignal,
): Promise<HostArray> {
  const wanted: PlateImage[] = [];
  const absent: ImagePosition[] = [];
  for (const position of unit.inputs) {
    const image = images.get(positionText(position));
    if (image) wanted.push(image);
    else absent.push(position);
  }
  if (absent.length > 0) throw missingImages(well, absent);
  return readStack(plate, wanted, signal);
}

/**
 * The stack that a unit takes from the units before it, with a hold on it: handed on as it is where one unit gives just
 * these slices, else put together from the slices of several.
 */
export async function gatherSlices(unit: WorkUnit, store: MemoryBackend, scope: UnitScope): Promise<unknown> {
  const [only] = unit.reads;
  const textOf = (positions: readonly ImagePosition[]) => positions.map(positionText).join();
  if (only && unit.reads.length === 1 && textOf(only.outputs) === textOf(unit.inputs)) {
    const stack = store.readValue(stackPath(only));
    scope.ledger.hold(stack);
    return stack;
  }
  try {
    return await restack(unit, store, scope);
  } catch (thrown) {
    if (!isOutOfMemory(thrown)) throw thrown;
    scope.devices.trim();
    await scope.spill();
    return restack(unit, store, scope);
  }
}

/** A stack put together from the slices of several, with a hold on it. */
async function restack(unit: WorkUnit, store: MemoryBackend, scope: UnitScope): Promise<unknown> {
  const { memory, ledger, devices } = scope;
  const slices = new Map<string, unknown>();
  const held: unknown[] = [];
  try {
    for (const before of unit.reads) {
      const unstacked = await memory.unstack(store.readValue(stackPath(before)));
      for (const slice of unstacked) ledger.hold(slice);
      held.push(...unstacked);
      for (const [i, position] of before.outputs.entries()) slices.set(positionText(position), unstacked[i]);
    }
    const wanted = unit.inputs.map((position) => slices.get(positionText(position)));
    const types = new Set(wanted.map((slice) => memory.typeOf(slice)));
    // Slices of several memory types meet in the one that is wanted next.
    const target = types.size > 1 ? unit.chain.inputMemoryType : undefined;
    const stack = await memory.stack(wanted, target, { device: target && devices.deviceOf(target) });
    ledger.hold(stack);
    scope.progress.copied += memory.describe(stack).bytes;
    return stack;
  } finally {
    for (const slice of held) ledger.drop(slice);
  }
}

/** The error for images that a well lacks. */
export function missingImages(well: string, positions: readonly ImagePosition[]): PlatewrightError {
  const named = positions.slice(0, 3).map(positionWords).join("; ");
  const more = positions.length > 3 ? ` and ${positions.length - 3} more` : "";
  return new PlatewrightError(
    "not-found",
    `Well ${well} lacks ${named}${more}. Set missing: "skip" to leave out the groups concerned.`,
    { well, positions },
  );
}
