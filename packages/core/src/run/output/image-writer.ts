import type { Plan, PlannedLabels, StepPlan } from "../../compile/plan/plan.ts";
import type { WorkUnit } from "../../compile/plan/units.ts";
import { isPlatewrightError } from "../../errors.ts";
import { type HostArray, sliceOf } from "../../memory/host-array.ts";
import type { Ledger } from "../../memory/ledger.ts";
import type { ImagePosition } from "../../plate/image-key.ts";
import { imageName } from "../../plate/image-name.ts";
import { positionText } from "../../plate/image-set.ts";
import { type PlateStore, plateStorageOf } from "../../plate/plate-store.ts";
import { methodOf } from "../../vfs/capability.ts";
import { joinPath } from "../../vfs/path.ts";
import type { StorageBackend } from "../../vfs/storage-backend.ts";
import { executionError } from "../execution-error.ts";
import type { WellScope } from "../run-well.ts";
import type { Written } from "./written.ts";

/** Writes a well's images beside the computation, a few at a time. */
export interface ImageWriter {
  /** Begins to write the images that a unit reads, where they are kept beside the labels that it gives. */
  writeInput(unit: WorkUnit, stack: unknown, ledger: Ledger): Promise<void>;
  /** Begins to write a unit's images; waits only while too many writes are under way. Throws the error of an earlier write. */
  write(unit: WorkUnit, stack: unknown, ledger: Ledger): Promise<void>;
  /** Waits for all writes and completes the well. Throws the first error there was. */
  finish(): Promise<void>;
  /** Waits for all writes, whether they succeed or not. */
  settle(): Promise<void>;
}

/** What the writers of a well need from its run. */
export type WriterScope = Pick<WellScope, "plan" | "memory" | "results" | "overwrite" | "signal">;

const writesAtOnce = 6;

/** Makes the writer of one well. */
export function createImageWriter(scope: WriterScope, well: string, written: Written): ImageWriter {
  const { plan, memory, results, signal } = scope;
  const pending = new Set<Promise<void>>();
  let failure: { readonly reason: unknown } | undefined;
  const places = placesOf(plan);
  const stores = new Map<string, Promise<PlateStore>>();
  const storeIn = (folder: string, backend: StorageBackend): Promise<PlateStore> => {
    const known = stores.get(folder);
    if (known) return known;
    const store = plateStorageOf(backend).joinPlate(folder);
    stores.set(folder, store);
    written.note(undefined, async () => (await store).removeWell(well));
    return store;
  };

  const writePlane = async (
    { folder, labels }: Place,
    backend: StorageBackend,
    position: ImagePosition,
    image: HostArray,
  ): Promise<void> => {
    const store = await storeIn(folder, backend);
    const key = { well, ...position };
    if (labels) await store.writeLabels(labelName(labels, position), key, image, { signal });
    else await store.writePlane(key, image, { signal });
    const below = labels ? [joinPath("labels", labelName(labels, position))] : [];
    written.note(joinPath(folder, well, ...below, positionText(position)));
  };

  const writeOne = async (step: StepPlan, position: ImagePosition, image: HostArray): Promise<void> => {
    const place = places.outputs.get(step.index);
    const backend = results.ofStep(step.index);
    if (place) return writePlane(place, backend, position, image);
    const name = imageName({ well, ...position });
    const path = joinPath(step.output?.folder ?? "images", name);
    const { pixelSize, channelNames } = plan.plate;
    const channel = step.collapsed.includes("channel") ? undefined : channelNames?.[position.channel];
    await methodOf(backend, "writeArray")(path, image, {
      overwrite: scope.overwrite,
      compression: step.output?.compression ?? "none",
      name,
      pixelSize,
      channelNames: channel === undefined ? undefined : [channel],
      signal,
    });
    written.note(path, async () => backend.remove?.(path));
  };

  const start = (work: Promise<void>, done: () => void): void => {
    const tracked: Promise<void> = work
      .catch((reason: unknown) => {
        failure ??= { reason };
      })
      .finally(() => {
        pending.delete(tracked);
        done();
      });
    pending.add(tracked);
  };

  const throwFailure = (): void => {
    if (failure) throw failure.reason;
  };

  const settle = async (): Promise<void> => {
    while (pending.size > 0) await Promise.all(pending);
  };

  const writeEach = async (
    step: StepPlan,
    positions: readonly ImagePosition[],
    stack: unknown,
    ledger: Ledger,
    write: (position: ImagePosition, image: HostArray) => Promise<void>,
  ): Promise<void> => {
    throwFailure();
    const fail = (cause: unknown): never => {
      if (isPlatewrightError(cause, "cancelled")) throw cause;
      throw executionError({ well, step: step.name }, ": its images could not be kept", cause);
    };
    const host = (await memory.convert(stack, "host").catch(fail)) as HostArray;
    // Held as long as images of it are still to be begun: those that are may all be done before.
    ledger.buffer(host);
    try {
      for (const [z, position] of positions.entries()) {
        while (pending.size >= writesAtOnce) await Promise.race(pending);
        throwFailure();
        ledger.buffer(host);
        start(write(position, sliceOf(host, z)).catch(fail), () => ledger.unbuffer(host));
      }
    } finally {
      ledger.unbuffer(host);
    }
  };

  return {
    write: ({ outputs, step }, stack, ledger) =>
      writeEach(step, outputs, stack, ledger, (position, image) => writeOne(step, position, image)),
    async writeInput({ inputs, step, output }, stack, ledger) {
      const place = output && places.inputs.get(step.index);
      if (!place) return;
      const backend = results.ofStep(step.index);
      await writeEach(step, inputs, stack, ledger, (position, image) =>
        writePlane(place, backend, position, image),
      );
    },
    async finish() {
      await settle();
      throwFailure();
      for (const store of stores.values()) await (await store).finishWell(well);
    },
    settle,
  };
}

/** Where in the stores images go: those of a folder, or labels beside them. */
interface Place {
  readonly folder: string;
  readonly labels?: PlannedLabels;
}

/** Where the images that steps give, and that they read, are kept in stores, by the steps' indices. */
function placesOf({ stores }: Plan): {
  readonly outputs: ReadonlyMap<number, Place>;
  readonly inputs: ReadonlyMap<number, Place>;
} {
  const outputs = new Map<number, Place>();
  const inputs = new Map<number, Place>();
  for (const { step, holds, folder, labels = [] } of stores) {
    (holds === "input" ? inputs : outputs).set(step, { folder });
    for (const one of labels) outputs.set(one.step, { folder, labels: one });
  }
  return { outputs, inputs };
}

function labelName({ name, byChannel }: PlannedLabels, { channel }: ImagePosition): string {
  return byChannel ? `${name}-${channel.replace(/[^A-Za-z0-9_-]+/g, "-")}` : name;
}
