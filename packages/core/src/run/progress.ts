import { baseName, joinPath } from "../vfs/path.ts";
import type { StorageBackend } from "../vfs/storage-backend.ts";
import type { WellOutcome } from "./run-well.ts";

/** The folder in the results that holds, while a run is unfinished, what its complete wells gave. */
export const progressFolder = "progress";

/** What an unfinished run keeps of its complete wells, so that another can go on where it was cut off. */
export interface Progress {
  /** Keeps a complete well, beside the computation. What can't be kept is computed again by whoever goes on. */
  keep(outcome: WellOutcome): void;
  /** Waits until all is kept. */
  settle(): Promise<void>;
}

/** Keeps the outcomes of wells with the results, a file each, written whole. */
export function createProgress(planHash: string, results: StorageBackend): Progress {
  const pending = new Set<Promise<void>>();
  const write = async (outcome: WellOutcome): Promise<void> => {
    const path = joinPath(progressFolder, `${outcome.well}.json`);
    await results.writeValue?.(path, { planHash, outcome: mark(outcome) }, { overwrite: true });
  };
  return {
    keep(outcome) {
      const writing: Promise<void> = write(outcome)
        .catch(() => undefined)
        .finally(() => pending.delete(writing));
      pending.add(writing);
    },
    async settle() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

/** The complete wells that an unfinished run of this plan has kept, by well. What can't be read is no complete well. */
export async function readProgress(
  planHash: string,
  results: StorageBackend,
): Promise<ReadonlyMap<string, WellOutcome>> {
  const kept = new Map<string, WellOutcome>();
  for (const path of await progressFiles(results)) {
    const file = (await readOr(results, path)) as Partial<{ planHash: string; outcome: unknown }> | undefined;
    if (file?.planHash !== planHash) continue;
    const outcome = unmark(file.outcome) as WellOutcome;
    if (outcome?.status === "complete" && `${outcome.well}.json` === baseName(path))
      kept.set(outcome.well, outcome);
  }
  return kept;
}

/** The files that hold the progress of a run. */
async function progressFiles(results: StorageBackend): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const { path, kind } of results.list(progressFolder)) if (kind === "file") files.push(path);
  return files;
}

/** Forgets the progress of a run: it is finished, or its results are replaced. */
export async function clearProgress(results: StorageBackend): Promise<void> {
  for (const path of await progressFiles(results)) await results.remove?.(path);
  if (await results.has(progressFolder)) await results.remove?.(progressFolder);
}

async function readOr(results: StorageBackend, path: string): Promise<unknown> {
  try {
    return await results.readValue?.(path);
  } catch {
    return undefined;
  }
}

const marker = "~platewright";

/** Numbers that JSON lacks, and what else a table may hold, as marked texts: a table must come to the same bytes. */
function mark(value: unknown): unknown {
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { [marker]: numberText(value) };
  if (typeof value === "bigint") return { [marker]: `${value}n` };
  if (value === undefined) return { [marker]: "undefined" };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(mark);
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === "function") return mark(toJSON.call(value));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mark(part)]));
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function unmark(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(unmark);
  const text = (value as Readonly<Record<string, unknown>>)[marker];
  if (typeof text !== "string")
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unmark(part)]));
  if (text === "undefined") return undefined;
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}
