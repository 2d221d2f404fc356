import { PlatewrightError } from "../errors.ts";
import { parseRow, parseWell, type WellPosition, wellName } from "./well.ts";

/**
 * Which wells: a count (the first n), or words joined by commas:
 * `A01`, `R03C03`, `row:A`, `row:A-C`, `col:01`, `col:01-03`, `A01:B06` (a rectangle), `A*` or `*03` (a pattern).
 */
export type WellFilter = number | string;

/**
 * The wells that at least one filter names, in the plate's order; all wells where there is no filter.
 * Throws "filter" where a filter can't be read, names a well the plate lacks, selects nothing, or wants more wells than there are.
 */
export function selectWells(
  wells: readonly string[],
  filters: readonly WellFilter[] = [],
): readonly string[] {
  if (filters.length === 0) return wells;
  const chosen = new Set(filters.flatMap((filter) => matchFilter(wells, filter)));
  return wells.filter((well) => chosen.has(well));
}

/** The wells without those that a filter names. A filter that names none of them is an error here too. */
export function excludeWells(
  wells: readonly string[],
  filters: readonly WellFilter[] = [],
): readonly string[] {
  const left = new Set(filters.flatMap((filter) => matchFilter(wells, filter)));
  return wells.filter((well) => !left.has(well));
}

function matchFilter(wells: readonly string[], filter: WellFilter): readonly string[] {
  if (typeof filter === "number") return firstWells(wells, filter);
  const words = filter.split(",").map((word) => word.trim());
  if (words.length === 1 && /^\d+$/.test(words[0] ?? "")) return firstWells(wells, Number(words[0]));
  return words.flatMap((word) => matchWord(wells, word));
}

function firstWells(wells: readonly string[], count: number): readonly string[] {
  if (!Number.isSafeInteger(count) || count < 1)
    throw wrongFilter(count, `${count} is no number of wells. Give 1 or more.`);
  if (count > wells.length)
    throw wrongFilter(
      count,
      `${count} wells are asked for, but the plate has ${wells.length}: ${listed(wells)}.`,
    );
  return wells.slice(0, count);
}

function matchWord(wells: readonly string[], word: string): readonly string[] {
  const test = wellTest(word);
  if (!test)
    throw wrongFilter(
      word,
      `"${word}" is no well filter. Write A01, A01,B02, row:A, col:01-03, A01:B06, A*, or a number of wells.`,
    );
  const found = wells.filter((well) => {
    const position = parseWell(well);
    return position !== undefined && test(position, well);
  });
  if (found.length > 0) return found;
  throw wrongFilter(word, `No well of the plate fits "${word}". The plate has ${listed(wells)}.`);
}

function wrongFilter(filter: WellFilter, message: string): PlatewrightError {
  return new PlatewrightError("filter", message, { filter });
}

type WellTest = (position: WellPosition, name: string) => boolean;

function wellTest(word: string): WellTest | undefined {
  const rows = /^row:([a-z]{1,2})(?:-([a-z]{1,2}))?$/i.exec(word);
  if (rows) {
    const first = parseRow(rows[1] as string);
    const last = parseRow(rows[2] ?? (rows[1] as string));
    return ({ row }) => row >= first && row <= last;
  }
  const columns = /^col(?:umn)?:(\d{1,2})(?:-(\d{1,2}))?$/i.exec(word);
  if (columns) {
    const first = Number(columns[1]) - 1;
    const last = Number(columns[2] ?? columns[1]) - 1;
    return ({ column }) => column >= first && column <= last;
  }
  if (word.includes("*")) return patternTest(word);
  const corners = word.split(":").map(parseWell);
  const [from, to] = corners;
  if (!from || corners.length > 2 || (corners.length === 2 && !to)) return undefined;
  if (!to) return ({ row, column }) => row === from.row && column === from.column;
  return ({ row, column }) => between(row, from.row, to.row) && between(column, from.column, to.column);
}

function patternTest(word: string): WellTest | undefined {
  if (!/^[a-z0-9*]+$/i.test(word)) return undefined;
  const pattern = new RegExp(`^${word.replaceAll("*", ".*")}$`, "i");
  return (position, name) => pattern.test(name) || pattern.test(wellName(position));
}

function between(value: number, a: number, b: number): boolean {
  return value >= Math.min(a, b) && value <= Math.max(a, b);
}

function listed(wells: readonly string[]): string {
  const shown = wells.slice(0, 12).join(", ");
  return wells.length > 12 ? `${shown}, … (${wells.length} wells)` : shown;
}
