import { isKeptByGroup } from "../compile/phases/3-materialisation.ts";
import { countReaders, type WorkUnit } from "../compile/plan/units.ts";
import { isPlatewrightError, throwIfAborted } from "../errors.ts";
import { createLedger, type Ledger } from "../memory/ledger.ts";
import type { MemoryRegistry } from "../memory/memory-registry.ts";
import { positionText } from "../plate/image-set.ts";
import { createMemoryBackend, type MemoryBackend } from "../vfs/memory-backend.ts";
import type { WellDevices } from "./call/device-leases.ts";
import { executeUnit, type UnitResult, type UnitScope, unitError } from "./execute-unit.ts";
import { artifactPath, gatherSlices, readUnit, stackPath } from "./input/gather-input.ts";
import { createReadAhead } from "./input/read-ahead.ts";
import type { ArtifactWriter } from "./output/artifact-writer.ts";
import type { ImageWriter } from "./output/image-writer.ts";
import { checkRows, rowsOf, type TableRow } from "./output/tables.ts";
import type { WellScope } from "./run-well.ts";

/** How far a well has come. */
export interface WellProgress {
  /** Units that are done, of all. */
  units: number;
  readonly all: number;
  peakHost: number;
  peakDevice: number;
  copied: number;
  tables: Record<string, TableRow[]>;
}

/** An attempt at a well: what there is to do, and with what. */
export interface WellAttempt {
  readonly well: string;
  readonly schedule: readonly WorkUnit[];
  readonly devices: WellDevices;
  readonly writer: ImageWriter;
  readonly artifacts: ArtifactWriter;
  readonly progress: WellProgress;
}

/**
 * Runs the units of a well in their order; each intermediate goes after its last reader. Whatever happens, nothing that
 * it made is live afterwards. Throws what a unit or a write throws.
 */
export async function runSchedule(attempt: WellAttempt, scope: WellScope): Promise<void> {
  const { well, schedule, devices, writer, artifacts, progress } = attempt;
  const { memory, signal } = scope;
  const ledger = createLedger(memory);
  const store = createMemoryBackend();
  const readers = countReaders(schedule);
  const images = new Map(scope.images.map((image) => [positionText(image), image]));
  const read = (unit: WorkUnit) => readUnit(well, unit, images, scope.plate, signal);
  const ahead = createReadAhead(schedule, read, ledger);
  const spill = () => spillStacks(store, memory, ledger);
  const unitScope: UnitScope = { ...scope, ledger, well, devices, spill, progress };
  const take = async (unit: WorkUnit): Promise<unknown> => {
    try {
      return unit.source === "plate" ? await ahead.take(unit) : await gatherSlices(unit, store, unitScope);
    } catch (thrown) {
      // What can't be read is named by its file.
      if (isPlatewrightError(thrown, unit.source === "plate" ? undefined : "cancelled")) throw thrown;
      throw unitError(unit, undefined, well, thrown);
    }
  };
  const release = (unit: WorkUnit): void => {
    const left = (readers.get(unit) ?? 0) - 1;
    readers.set(unit, left);
    if (left > 0) return;
    ledger.drop(store.readValue(stackPath(unit)));
    store.remove(stackPath(unit));
  };
  const keep = (unit: WorkUnit, given: UnitResult["artifacts"]): void => {
    for (const artifact of unit.step.gives.filter(({ key }) => Object.hasOwn(given, key))) {
      const { key, file } = artifact;
      store.writeValue(artifactPath(unit, key), given[key]);
      if (!file || isKeptByGroup(file.format)) continue;
      const rows = rowsOf(scope.plan, unit, well, artifact, given[key]);
      checkRows(rows, artifact, { well, step: unit.step.name });
      if (!Object.hasOwn(progress.tables, key)) progress.tables[key] = [];
      for (const row of rows) progress.tables[key]?.push(row);
    }
  };
  try {
    for (const unit of schedule) {
      throwIfAborted(signal);
      const needs = Object.fromEntries(
        [...unit.takes].map(([key, from]) => [key, store.readValue(artifactPath(from, key))]),
      );
      const input = await take(unit);
      for (const before of unit.reads) release(before);
      try {
        await writer.writeInput(unit, input, ledger);
      } catch (reason) {
        ledger.drop(input);
        throw reason;
      }
      const result = await executeUnit(unit, input, needs, unitScope);
      store.writeValue(stackPath(unit), result.stack);
      keep(unit, result.artifacts);
      await artifacts.write(unit, result.artifacts);
      if (unit.output) await writer.write(unit, result.stack, ledger);
      if ((readers.get(unit) ?? 0) === 0) release(unit);
      tellDone(unit.step.name, attempt, scope);
      await giveWay();
    }
  } finally {
    await ahead.close();
    await writer.settle();
    for await (const { path } of store.list("stacks", { recursive: true }))
      ledger.drop(store.readValue(path));
    ledger.close();
    progress.peakHost = Math.max(progress.peakHost, ledger.peakHostBytes);
    progress.peakDevice = Math.max(progress.peakDevice, ledger.peakDeviceBytes);
    const leaked = ledger.liveBytes + devices.end();
    if (leaked !== 0) scope.onEvent({ type: "memory-leak", well, bytes: leaked });
  }
}

/** Puts host arrays in the place of the stacks on devices that wait for later units. */
async function spillStacks(store: MemoryBackend, memory: MemoryRegistry, ledger: Ledger): Promise<number> {
  let spilled = 0;
  for await (const { path } of store.list("stacks", { recursive: true })) {
    const stack = store.readValue(path);
    if (memory.get(memory.typeOf(stack)).processor === "cpu") continue;
    const host = await memory.convert(stack, "host");
    store.writeValue(path, host, { overwrite: true });
    ledger.hold(host);
    ledger.drop(stack);
    spilled++;
  }
  return spilled;
}

/** Counts a unit as done, and tells of it. */
export function tellDone(
  step: string,
  { well, progress }: Pick<WellAttempt, "well" | "progress">,
  { onEvent }: Pick<WellScope, "onEvent">,
): void {
  progress.units++;
  onEvent({ type: "unit-done", well, step, done: progress.units, units: progress.all });
}

/** Lets what waits go first: signals, files that were read, timers. Kernels are synchronous, so nothing else gets a turn between units. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
