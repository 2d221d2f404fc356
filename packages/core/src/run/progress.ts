import { progressFolder } from "../compile/stores/folder-names.ts";
import { joinPath } from "../vfs/path.ts";
import type { StorageBackend } from "../vfs/storage-backend.ts";
import type { WellOutcome } from "./run-well.ts";

/** What an unfinished run keeps of its complete wells, so that another can go on where it was cut off. */
export interface Progress {
  /** Keeps a complete well, beside the computation, and answers whether it is. What can't be kept is computed again by whoever goes on. */
  keep(outcome: WellOutcome): Promise<boolean>;
  /** Waits until all is kept. */
  settle(): Promise<void>;
}

/** Keeps the outcomes of wells with the results, a file each, written whole. */
export function createProgress(planHash: string, results: StorageBackend): Progress {
  const pending = new Set<Promise<boolean>>();
  const write = async (outcome: WellOutcome): Promise<boolean> => {
    if (!results.writeValue) return false;
    const document = { planHash, outcome: mark(outcome) };
    await results.writeValue(pathOf(outcome.well), document, { overwrite: true });
    return true;
  };
  return {
    keep(outcome) {
      const writing: Promise<boolean> = write(outcome)
        .catch(() => false)
        .finally(() => pending.delete(writing));
      pending.add(writing);
      return writing;
    },
    async settle() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

/** The complete wells that an unfinished run of this plan has kept, one after the other. What can't be read is no complete well. */
export async function* readProgress(planHash: string, results: StorageBackend): AsyncGenerator<WellOutcome> {
  for (const path of await progressFiles(results)) {
    const outcome = await readKept(planHash, path, results);
    if (outcome) yield outcome;
  }
}

/** What a run of this plan has kept of a complete well; `undefined` where it has not, or where it can't be read. */
export async function readWell(
  planHash: string,
  well: string,
  results: StorageBackend,
): Promise<WellOutcome | undefined> {
  return await readKept(planHash, pathOf(well), results);
}

async function readKept(
  planHash: string,
  path: string,
  results: StorageBackend,
): Promise<WellOutcome | undefined> {
  const read = async () => results.readValue?.(path);
  const file = (await read().catch(() => undefined)) as { planHash?: string; outcome?: unknown } | undefined;
  if (file?.planHash !== planHash) return undefined;
  const outcome = unmark(file.outcome) as WellOutcome;
  return outcome?.status === "complete" && pathOf(outcome.well) === path ? outcome : undefined;
}

function pathOf(well: string): string {
  return joinPath(progressFolder, `${well}.json`);
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

const marker = "~platewright";

/** Numbers that JSON lacks, and what else a table may hold, as marked texts: a table must come to the same bytes. */
function mark(value: unknown): unknown {
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [marker]: Object.is(value, -0) ? "-0" : String(value) };
  if (typeof value === "bigint") return { [marker]: `${value}n` };
  if (value === undefined) return { [marker]: "undefined" };
  if (typeof value !== "object" || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === "function" ? mark(toJSON.call(value)) : eachPart(value, mark);
}

/** A value with its parts changed; itself where none is, as in nearly every row of a table. */
function eachPart(value: object, change: (part: unknown) => unknown): object {
  if (Array.isArray(value)) {
    const parts = value.map(change);
    return parts.every((part, i) => Object.is(part, value[i])) ? value : parts;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [key, part] of Object.entries(value)) {
    const other = change(part);
    if (Object.is(other, part)) continue;
    changed ??= { ...value };
    changed[key] = other;
  }
  return changed ?? value;
}

function unmark(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const text = (value as Readonly<Record<string, unknown>>)[marker];
  if (typeof text !== "string") return eachPart(value, unmark);
  if (text === "undefined") return undefined;
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}
