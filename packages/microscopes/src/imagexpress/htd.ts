import { compareWells, PlatewrightError, wellName } from "@platewright/core";
import { mostColumns, mostRows } from "../plate-size.ts";

/** What an HTD file promises. What it does not say is left out. */
export interface Htd {
  /** Rows and columns of wells of the physical plate. */
  readonly plateDimensions?: readonly [rows: number, columns: number];
  /** Selected wells. */
  readonly wells?: readonly string[];
  /** Rows and columns of sites, and the selected positions counted from 1 row by row. */
  readonly grid?: {
    readonly dimensions: readonly [rows: number, columns: number];
    readonly selected: readonly number[];
  };
  /** Collected channels, "1", "2", … */
  readonly channels?: readonly string[];
  readonly channelNames: Readonly<Record<string, string>>;
  readonly zSteps?: number;
  readonly timepoints?: number;
}

/**
 * Reads an HTD file: a key and its values in each line, separated by commas, text in quotes, bytes in Latin-1 or UTF-8.
 * Throws "plate" where it holds none of the keys, or a value that cannot be read; `path` is for the message.
 */
export function parseHtd(bytes: Uint8Array, path: string): Htd {
  const table = readLines(decode(bytes));
  const read = createReader(table, path);
  const rows = read.count("YWells", mostRows);
  const columns = read.count("XWells", mostColumns);
  const waves = read.flag("Waves") === false ? 1 : read.count("NWavelengths");
  const zSteps = read.flag("ZSeries") === false ? 1 : read.count("ZSteps");
  const timepoints = read.count("TimePoints");
  const wells = selectedWells(read);
  const grid = siteGrid(read);
  if ([rows, columns, waves, zSteps, timepoints, wells, grid].every((found) => found === undefined))
    throw new PlatewrightError(
      "plate",
      `"${path}" holds none of the keys of an HTD file, such as "XWells" or "TimePoints". Check that it is the plate's own HTD file.`,
      { path },
    );
  return {
    ...(rows !== undefined && columns !== undefined && { plateDimensions: [rows, columns] as const }),
    ...(wells && { wells }),
    ...(grid && { grid }),
    ...(waves !== undefined && { channels: collectedChannels(read, waves) }),
    channelNames: readChannelNames(table),
    ...(zSteps !== undefined && { zSteps }),
    ...(timepoints !== undefined && { timepoints }),
  };
}

/** Along one side of a well: more than any camera needs, few enough to write all positions down. */
const mostSites = 1000;

/** MetaXpress writes Latin-1; what is UTF-8 throughout was saved by another program, and no Latin-1 text of accents is. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

type Table = ReadonlyMap<string, readonly string[]>;

/** Keys in lower case with their values. */
function readLines(text: string): Table {
  const table = new Map<string, readonly string[]>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [key, ...values] = splitLine(line);
    if (key) table.set(key.toLowerCase(), values);
  }
  return table;
}

function splitLine(line: string): string[] {
  const cells = line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g);
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? (plain ?? "").trim());
}

interface Reader {
  readonly count: (key: string, most?: number) => number | undefined;
  readonly flag: (key: string) => boolean | undefined;
  /** The numbered rows of flags under a key: row 0 is `key1`. Rows that are not there are left out. */
  readonly rows: (key: string) => readonly (readonly [row: number, flags: readonly boolean[]])[];
}

function createReader(table: Table, path: string): Reader {
  const fail = (key: string, value: string, expected: string): never => {
    throw new PlatewrightError(
      "plate",
      `"${key}" in "${path}" is "${value}", which is not ${expected}. Correct the line or remove the HTD file.`,
      { path, key, value },
    );
  };
  const toFlag = (key: string, value: string): boolean => {
    if (/^(true|1)$/i.test(value)) return true;
    return /^(false|0)$/i.test(value) ? false : fail(key, value, "TRUE or FALSE");
  };
  return {
    count(key, most = 100_000) {
      const value = table.get(key.toLowerCase())?.[0];
      if (value === undefined || value === "") return undefined;
      const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      return count >= 1 && count <= most ? count : fail(key, value, `a count from 1 to ${most}`);
    },
    flag(key) {
      const value = table.get(key.toLowerCase())?.[0];
      return value === undefined || value === "" ? undefined : toFlag(key, value);
    },
    rows(key) {
      const pattern = new RegExp(`^${key.toLowerCase()}([1-9]\\d{0,3})$`);
      return [...table].flatMap(([name, values]) => {
        const row = pattern.exec(name)?.[1];
        if (row === undefined) return [];
        const flags = values.filter((value) => value !== "").map((value) => toFlag(key + row, value));
        return [[Number(row) - 1, flags] as const];
      });
    },
  };
}

function selectedWells(read: Reader): readonly string[] | undefined {
  const rows = read.rows("WellsSelection");
  if (rows.length === 0) return undefined;
  return rows
    .flatMap(([row, flags]) => flags.flatMap((on, column) => (on ? [wellName({ row, column })] : [])))
    .sort(compareWells);
}

function siteGrid(read: Reader): Htd["grid"] | undefined {
  if (read.flag("Sites") === false) return { dimensions: [1, 1], selected: [1] };
  const rows = read.count("YSites", mostSites);
  const columns = read.count("XSites", mostSites);
  if (rows === undefined || columns === undefined) return undefined;
  const lines = new Map(read.rows("SiteSelection"));
  const positions = Array.from({ length: rows * columns }, (_, i) => i);
  const isSelected = (i: number): boolean => lines.get(Math.floor(i / columns))?.[i % columns] === true;
  const selected = lines.size === 0 ? positions : positions.filter(isSelected);
  return { dimensions: [rows, columns], selected: selected.map((i) => i + 1) };
}

function collectedChannels(read: Reader, waves: number): string[] {
  const all = Array.from({ length: waves }, (_, i) => String(i + 1));
  return all.filter((channel) => read.flag(`WaveCollect${channel}`) !== false);
}

function readChannelNames(table: Table): Readonly<Record<string, string>> {
  const names: Record<string, string> = {};
  for (const [key, [name]] of table) {
    const channel = /^wavename([1-9]\d*)$/.exec(key)?.[1];
    if (channel !== undefined && name) names[channel] = name;
  }
  return names;
}
