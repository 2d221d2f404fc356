import { PlatewrightError, type TableSource } from "@platewright/core";
import type { FileCodec } from "../codecs/codec.ts";
import { formatError } from "../format-error.ts";
import { onDemand } from "../on-demand.ts";

const reader = onDemand((require) => require("csv-parse/sync") as typeof import("csv-parse/sync"));
const writer = onDemand((require) => require("csv-stringify/sync") as typeof import("csv-stringify/sync"));

/** What a field of a table may hold when it is written; `null` and `undefined` are empty fields. */
export type CsvValue = string | number | bigint | boolean | null | undefined;

/** A row as it is read: a number where the field is one in its shortest form, else text. */
export type CsvRecord = Readonly<Record<string, string | number>>;

/**
 * Reads CSV with a header (RFC 4180, UTF-8, LF or CR LF). A field becomes a number only where writing that number gives
 * the same text: "007", "1.50" and "" stay text. Throws "format" for rows of another length and for doubled columns.
 */
export function decodeCsv(bytes: Uint8Array, { name = "CSV" }: { readonly name?: string } = {}): CsvRecord[] {
  const rows = parseRows(name, bytes);
  const [header, ...records] = rows;
  if (header === undefined) return [];
  const doubled = header.find((column, index) => header.indexOf(column) !== index);
  if (doubled !== undefined) {
    throw formatError(name, `has two columns ${JSON.stringify(doubled)}. Rename one.`);
  }
  return records.map((fields) =>
    Object.fromEntries(header.map((column, index) => [column, fromText(fields[index] ?? "")])),
  );
}

/**
 * Writes records as CSV: the header is every key in the order first seen, numbers in their shortest form that reads
 * back the same. Throws "storage" for what is no list of flat records.
 */
export function encodeCsv(
  records: readonly Readonly<Record<string, CsvValue>>[],
  { name = "CSV" }: { readonly name?: string } = {},
): Uint8Array {
  const columns = new Set<string>();
  for (const record of records) for (const column of Object.keys(record)) columns.add(column);
  const header = [...columns];
  if (records.length === 0) return new Uint8Array(0);
  return encodeRows([header, ...rowsOf(name, header, records, 0)]);
}

// Rows that become one text: as many as take some milliseconds and a few megabytes.
const rowsAtOnce = 10_000;

/**
 * The bytes of `encodeCsv` for a table that comes in parts; one without rows is its header, where columns are announced.
 * Throws as `encodeCsv` does, and for a column that was not announced.
 */
async function* encodeCsvTable(name: string, { columns, parts }: TableSource): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const part of parts) {
    for (let begin = 0; begin < part.length; begin += rowsAtOnce) {
      const records = part.slice(begin, begin + rowsAtOnce);
      const rows = rowsOf(name, columns, records, count);
      yield encodeRows(count === 0 ? [[...columns], ...rows] : rows);
      count += records.length;
    }
  }
  if (count === 0 && columns.length > 0) yield encodeRows([[...columns]]);
}

function rowsOf(
  name: string,
  header: readonly string[],
  records: readonly Readonly<Record<string, unknown>>[],
  before: number,
): string[][] {
  if (header.length === 0) throw unwritable(name, "its records have no columns");
  const known = new Set(header);
  return records.map((record, index) => {
    for (const [column, value] of Object.entries(record)) {
      if (!known.has(column))
        throw unwritable(name, `row ${before + index} has the column ${column}, which is not announced`);
      if (!isPlain(value))
        throw unwritable(name, `row ${before + index} holds no plain value in ${JSON.stringify(column)}`);
    }
    return header.map((column) => (Object.hasOwn(record, column) ? toText(record[column] as CsvValue) : ""));
  });
}

function isPlain(value: unknown): value is CsvValue {
  return value === null || !["object", "function", "symbol"].includes(typeof value);
}

function encodeRows(rows: string[][]): Uint8Array {
  // A lone empty field would be an empty line, which is no row to anyone who reads it; a bare CR ends rows for many.
  const options = { quoted_empty: rows[0]?.length === 1, quoted_match: /\r/, record_delimiter: "\n" };
  return new TextEncoder().encode(writer().stringify(rows, options));
}

/** Reads and writes .csv files: tables as lists of flat records. */
export const csvCodec: FileCodec = {
  kind: "codec",
  name: "CSV",
  endings: [".csv"],
  decodeValue: (name, bytes) => decodeCsv(bytes, { name }),
  encodeValue(name, value) {
    const isRecord = (row: unknown) => typeof row === "object" && row !== null && !Array.isArray(row);
    if (!Array.isArray(value) || !value.every(isRecord)) throw unwritable(name, "it is no list of records");
    return encodeCsv(value, { name });
  },
  encodeTable: encodeCsvTable,
};

function parseRows(name: string, bytes: Uint8Array): string[][] {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return reader().parse(text, {
      relax_column_count: false,
      skip_empty_lines: false,
      record_delimiter: ["\r\n", "\n"],
    });
  } catch (cause) {
    throw formatError(
      name,
      `is no CSV table: ${(cause as Error).message}. Correct it there, or write it again.`,
      cause,
    );
  }
}

function toText(value: CsvValue): string {
  if (value === null || value === undefined) return "";
  return Object.is(value, -0) ? "-0" : String(value);
}

function fromText(text: string): string | number {
  if (text === "") return text;
  const number = Number(text);
  return toText(number) === text ? number : text;
}

function unwritable(name: string, fault: string): PlatewrightError {
  return new PlatewrightError(
    "storage",
    `The value for ${JSON.stringify(name)} can't be CSV: ${fault}. Give records of text, numbers and booleans.`,
    { path: name },
  );
}
