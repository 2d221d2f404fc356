import { parseWell, rowName } from "@platewright/core";

/**
 * The wells as a map, rows of the plate by columns: ● is there, · is not. Without the plate's dimensions the map ends
 * at the last row and column that have a well.
 */
export function plateMap(
  wells: readonly string[],
  dimensions: readonly [rows: number, columns: number] | undefined,
): readonly string[] {
  const positions = wells.flatMap((well) => parseWell(well) ?? []);
  const rows = Math.max(dimensions?.[0] ?? 0, ...positions.map(({ row }) => row + 1));
  const columns = Math.max(dimensions?.[1] ?? 0, ...positions.map(({ column }) => column + 1));
  const there = new Set(positions.map(({ row, column }) => `${row}/${column}`));
  const numbers = Array.from({ length: columns }, (_, column) => String(column + 1).padStart(2, "0"));
  const gutter = rowName(Math.max(0, rows - 1)).length;
  return [
    `${" ".repeat(gutter)} ${numbers.join(" ")}`,
    ...Array.from({ length: rows }, (_, row) => {
      const marks = numbers.map((_, column) => (there.has(`${row}/${column}`) ? " ●" : " ·"));
      return `${rowName(row).padEnd(gutter)} ${marks.join(" ")}`;
    }),
  ];
}
