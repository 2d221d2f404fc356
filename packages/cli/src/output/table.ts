/** One column of a table for people. */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Lines of a table, columns two spaces apart. `paint` sees a cell after it was brought to its width. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: (cell: string, column: number, row: number) => string = (cell) => cell,
): readonly string[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const line = (cells: readonly string[], row: number): string =>
    columns
      .map(({ right }, i) => {
        const cell = cells[i] ?? "";
        const width = i === columns.length - 1 && right !== true ? 0 : (widths[i] ?? 0);
        return paint(right === true ? cell.padStart(width) : cell.padEnd(width), i, row);
      })
      .join("  ")
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      -1,
    ),
    ...rows.map(line),
  ];
}

/** The first words of a list, and how many there are where some are left out. */
export function listed(words: readonly string[], most: number): string {
  const shown = words.slice(0, most).join(", ");
  return words.length > most ? `${shown}, … (${words.length})` : shown;
}

/** A count with its word: `1 well`, `3 wells`. */
export function counted(count: number, word: string, words = `${word}s`): string {
  return `${count} ${count === 1 ? word : words}`;
}
