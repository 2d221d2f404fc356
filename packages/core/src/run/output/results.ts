import { insidePlateHint, insidePlateText } from "../../compile/phases/3-materialisation.ts";
import type { Plan, PlannedInput, PlannedStore } from "../../compile/plan/plan.ts";
import { isPlatewrightError, PlatewrightError } from "../../errors.ts";
import { type PlateStorage, plateStorageOf } from "../../plate/plate-store.ts";
import type { StorageBackend, StorageProvider } from "../../vfs/storage-backend.ts";
import type { RunOptions } from "../run-plan.ts";

/** One folder for results, opened in each storage that keeps a part of them. */
export interface Results {
  /** Keeps tables and documents. */
  readonly main: StorageBackend;
  /** Keeps the images of a step, by its index. */
  ofStep(step: number): StorageBackend;
  /** Keeps a plate of arrays that the plan declares. */
  plates(planned: PlannedStore | PlannedInput): PlateStorage;
}

/** Opens the place where the results go. Throws "path" where they would lie in the plate, "storage" where it is not told. */
export async function openResults(
  plan: Plan,
  storages: ReadonlyMap<string, StorageProvider>,
  options: Pick<RunOptions, "plate" | "out" | "allowOutputInPlate">,
): Promise<Results> {
  const location = options.out ?? plan.output?.location;
  if (location === undefined) {
    throw new PlatewrightError("storage", "It is not said where the results shall go. Give out: a folder.");
  }
  const provider = storages.get(options.plate.storage);
  if (provider && options.allowOutputInPlate !== true) {
    const folders = [...plan.stores, ...(plan.input ? [plan.input] : [])].map(({ folder }) => folder);
    const inside = insidePlateText(provider, location, options.plate.location, folders);
    if (inside !== undefined) throw new PlatewrightError("path", `${inside} ${insidePlateHint}`);
  }
  const names = new Set([
    plan.settings.storage,
    ...plan.steps.flatMap(({ output }) => output?.backend ?? []),
    ...(plan.input ? [plan.input.storage] : []),
  ]);
  const opened = new Map<string, StorageBackend>();
  for (const name of names) {
    const provider = storages.get(name);
    if (!provider) throw new PlatewrightError("storage", `The storage "${name}" is not installed.`);
    opened.set(name, await provider.open(location));
  }
  const backend = (storage: string): StorageBackend => {
    const found = opened.get(storage);
    if (found) return found;
    throw new PlatewrightError("storage", `The plan keeps nothing in the storage "${storage}".`);
  };
  const ofStep = (step: number) => backend(plan.steps[step]?.output?.backend ?? plan.settings.storage);
  return {
    main: backend(plan.settings.storage),
    ofStep,
    plates: (planned) =>
      plateStorageOf("storage" in planned ? backend(planned.storage) : ofStep(planned.step)),
  };
}

const lockName = "run.lock";

/**
 * Holds the folder of results for one run, and answers what gives it back. Throws "exists" where another run writes into
 * it. A storage without locks is not held.
 */
export async function lockResults(main: StorageBackend): Promise<() => Promise<void>> {
  try {
    const unlock = await main.lock?.(lockName);
    return async () => await unlock?.();
  } catch (thrown) {
    if (!isPlatewrightError(thrown, "exists")) throw thrown;
    const { process, host, since } = thrown.details;
    const who = process === undefined ? "" : ` (process ${process} on ${host}, since ${since})`;
    throw new PlatewrightError(
      "exists",
      `Another run is writing into "${main.location}"${who}. Wait for it, or give another folder; if there is no such run any more, remove ${lockName} there.`,
      { location: main.location, process, host, since, cause: thrown },
    );
  }
}
