import type { WellExecutor } from "@platewright/core";

/** How many rows each well gave to each table, by the table's key. */
export type RowCounts = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** An executor that also counts the rows of tables. */
export function countingRows(executor: WellExecutor): {
  readonly executor: WellExecutor;
  readonly rows: RowCounts;
} {
  const rows = new Map<string, Record<string, number>>();
  return {
    rows,
    executor: {
      ...executor,
      async run(well, onEvent) {
        const outcome = await executor.run(well, onEvent);
        const counts = Object.entries(outcome.tables).map(([key, table]) => [key, table.length] as const);
        rows.set(well, Object.fromEntries(counts));
        return outcome;
      },
    },
  };
}
