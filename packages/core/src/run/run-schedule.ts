import { isKeptByGroup } from "../compile/phases/3-materialisation.ts";
import type { Plan } from "../compile/plan/plan.ts";
import type { WorkUnit } from "../compile/plan/units.ts";
import { isPlatewrightError, throwIfAborted } from "../errors.ts";
import { createLedger, type Ledger } from "../memory/ledger.ts";
import type { MemoryRegistry } from "../memory/memory-registry.ts";
import { positionText } from "../plate/image-set.ts";
import { createMemoryBackend, type MemoryBackend } from "../vfs/memory-backend.ts";
import type { WellDevices } from "./call/device-leases.ts";
import { giveWay } from "./call/give-way.ts";
import { executeUnit, type UnitScope, unitError } from "./execute-unit.ts";
import { artifactPath, gatherSlices, readUnit, stackPath } from "./input/gather-input.ts";
import { createReadAhead } from "./input/read-ahead.ts";
import type { ArtifactWriter } from "./output/artifact-writer.ts";
import { checkRows } from "./output/check-rows.ts";
import type { ImageWriter } from "./output/image-writer.ts";
import { rowsOf, type TableRow } from "./output/tables.ts";
import type { WellScope } from "./run-well.ts";

/** How far a well has come. */
export interface Progress {
  /** Units that are done, of all. */
  units: number;
  readonly all: number;
  peakHost: number;
  peakDevice: number;
  copied: number;
  tables: Record<string, TableRow[]>;
}

/**
 * Runs the units of a well in their order; each intermediate goes after its last reader. Whatever happens, nothing that
 * it made is live afterwards. Throws what a unit or a write throws.
 */
export async function runSchedule(
  well: string,
  schedule: readonly WorkUnit[],
  scope: WellScope,
  devices: WellDevices,
  writer: ImageWriter,
  artifacts: ArtifactWriter,
  progress: Progress,
): Promise<void> {
  const { memory, plan } = scope;
  const ledger = createLedger(memory);
  const store = createMemoryBackend();
  const readers = countReaders(schedule);
  const images = new Map(scope.images.map((image) => [positionText(image), image]));
  const ahead = createReadAhead(
    schedule,
    (unit) => readUnit(well, unit, images, scope.plate, scope.signal),
    ledger,
  );
  const unitScope: UnitScope = {
    memory,
    ledger,
    functions: scope.functions,
    lazyValues: scope.lazyValues,
    signal: scope.signal,
    well,
    devices,
    spill: () => spillStacks(store, memory, ledger),
    onRecovery: (step, name, rung, detail) =>
      scope.onEvent({ type: "memory-recovery", well, step, function: name, rung, detail }),
    onFallback: (step, message) => scope.onEvent({ type: "conversion-fallback", well, step, message }),
    countCopied: (bytes) => {
      progress.copied += bytes;
    },
  };
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
  try {
    for (const unit of schedule) {
      throwIfAborted(scope.signal);
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
      keepArtifacts(unit, result.artifacts, well, plan, store, progress.tables);
      await artifacts.write(unit, result.artifacts);
      if (unit.output) await writer.write(unit, result.stack, ledger);
      if ((readers.get(unit) ?? 0) === 0) release(unit);
      tellDone(well, unit.step.name, progress, scope);
      await giveWay();
    }
  } finally {
    await ahead.close();
    await writer.settle();
    for await (const { path } of store.list("", { recursive: true })) {
      if (path.startsWith("stacks/")) ledger.drop(store.readValue(path));
    }
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
  well: string,
  step: string,
  progress: Progress,
  { onEvent }: Pick<WellScope, "onEvent">,
): void {
  progress.units++;
  onEvent({ type: "unit-done", well, step, done: progress.units, units: progress.all });
}

function countReaders(schedule: readonly WorkUnit[]): Map<WorkUnit, number> {
  const readers = new Map<WorkUnit, number>();
  for (const unit of schedule)
    for (const before of unit.reads) readers.set(before, (readers.get(before) ?? 0) + 1);
  return readers;
}

function keepArtifacts(
  unit: WorkUnit,
  artifacts: Readonly<Record<string, unknown>>,
  well: string,
  plan: Plan,
  store: ReturnType<typeof createMemoryBackend>,
  tables: Record<string, TableRow[]>,
): void {
  for (const artifact of unit.step.gives) {
    if (!Object.hasOwn(artifacts, artifact.key)) continue;
    const value = artifacts[artifact.key];
    store.writeValue(artifactPath(unit, artifact.key), value);
    if (!artifact.file || isKeptByGroup(artifact.file.format)) continue;
    if (!Object.hasOwn(tables, artifact.key)) tables[artifact.key] = [];
    const rows = rowsOf(plan, unit, well, artifact, value);
    checkRows(rows, artifact, { well, step: unit.step.name });
    for (const row of rows) tables[artifact.key]?.push(row);
  }
}
