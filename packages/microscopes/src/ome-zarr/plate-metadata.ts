import { parseWell, wellName } from "@platewright/core";
import { type Group, invalid, type JsonObject, objectIn, objectsIn, textIn } from "./group.ts";

/** A well that a plate lists. */
export interface ListedWell {
  /** As on the plate: "A01". */
  readonly name: string;
  /** Its group: "A/1". */
  readonly path: string;
}

/** What the metadata of a plate says. */
export interface PlateMetadata {
  readonly name?: string;
  readonly wells: readonly ListedWell[];
  /** Where rows and columns begin at A and 1, as those of the physical plate do. */
  readonly dimensions?: readonly [rows: number, columns: number];
  readonly notes: readonly string[];
}

/** Reads the metadata of a plate, of OME-Zarr 0.1 to 0.5. Throws "plate" with the reason where it is invalid. */
export function readPlateMetadata({ document, ome }: Group): PlateMetadata {
  const plate = objectIn(ome.plate);
  if (!plate) throw invalid(document, "plate is no object");
  const rows = namesIn(document, "plate.rows", plate.rows);
  const columns = namesIn(document, "plate.columns", plate.columns);
  const notes: string[] = [];
  const entries = objectsIn(document, "plate.wells", plate.wells);
  const wells = entries.map((entry, i) => wellOf(document, entry, i, rows, columns, notes));
  const names = wells.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(document, `it lists well ${twice} twice`);
  const counted =
    rows.every((row, i) => parseWell(`${row}1`)?.row === i) &&
    columns.every((column, i) => Number(column) === i + 1);
  return {
    ...(typeof plate.name === "string" && plate.name !== "" ? { name: plate.name } : {}),
    wells,
    ...(counted ? { dimensions: [rows.length, columns.length] as const } : {}),
    notes,
  };
}

/** Paths of a well's fields. Throws "plate" where the metadata is invalid. */
export function readFields({ document, ome }: Group): readonly string[] {
  const well = objectIn(ome.well);
  if (!well) throw invalid(document, "well is no object");
  const paths = objectsIn(document, "well.images", well.images).map(({ path }, i) =>
    textIn(document, `well.images[${i}].path`, path),
  );
  if (new Set(paths).size < paths.length) throw invalid(document, "two of its images have one path");
  return paths;
}

function namesIn(document: string, what: string, value: unknown): readonly string[] {
  const names = objectsIn(document, what, value).map(({ name }, i) =>
    textIn(document, `${what}[${i}].name`, name),
  );
  if (new Set(names).size < names.length) throw invalid(document, `two of ${what} have one name`);
  return names;
}

/** The path says which well it is; the indices, which some software confuses, are held against it. */
function wellOf(
  document: string,
  { path: given, rowIndex, columnIndex }: JsonObject,
  i: number,
  rows: readonly string[],
  columns: readonly string[],
  notes: string[],
): ListedWell {
  const path = textIn(document, `plate.wells[${i}].path`, given);
  const [row = "", column = "", ...more] = path.split("/");
  const [r, c] = [rows.indexOf(row), columns.indexOf(column)];
  if (more.length > 0 || r < 0 || c < 0)
    throw invalid(document, `plate.wells[${i}].path is "${path}", which is no row and column of the plate`);
  for (const index of [rowIndex, columnIndex])
    if (index !== undefined && !(Number.isInteger(index) && (index as number) >= 0))
      throw invalid(document, `plate.wells[${i}] has the index ${JSON.stringify(index)}`);
  if ((rowIndex !== undefined && rowIndex !== r) || (columnIndex !== undefined && columnIndex !== c))
    notes.push(
      `"${document}" places well "${path}" at row ${String(rowIndex)}, column ${String(columnIndex)} of its lists; its path was followed.`,
    );
  return { path, name: wellName(parseWell(row + column) ?? { row: r, column: c }) };
}
