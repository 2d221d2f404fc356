import { progressFolder } from "../../compile/stores/folder-names.ts";
import { PlatewrightError } from "../../errors.ts";
import type { StorageBackend } from "../../vfs/storage-backend.ts";
import { readWell } from "../progress.ts";
import type { WellOutcome } from "../run-well.ts";
import type { TableRow } from "./tables.ts";

/** What is known of a table that a well gave, without its rows. */
export interface TableSummary {
  readonly rows: number;
  /** Every key of any row, in the order first seen. */
  readonly columns: readonly string[];
}

/** A well's outcome without the rows that it gave. */
export interface WellSummary extends Omit<WellOutcome, "tables"> {
  readonly tables: Readonly<Record<string, TableSummary>>;
}

/** An outcome without its rows, which for a whole plate may be more than memory holds. */
export function summarize({ tables, ...outcome }: WellOutcome): WellSummary {
  const summaries = Object.entries(tables).map(([key, rows]) => [
    key,
    { rows: rows.length, columns: columnsOf(rows) },
  ]);
  return { ...outcome, tables: Object.fromEntries(summaries) };
}

function columnsOf(rows: readonly TableRow[]): readonly string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const column in row) columns.add(column);
  return [...columns];
}

/** The rows of wells, until the tables are written. */
export interface WellRows {
  /** Takes the rows of a complete well; `isStored` tells whether its progress was kept. */
  add(outcome: WellOutcome, isStored: Promise<boolean>): void;
  /** The rows of a well, by key. Throws "storage" where they were let go of and its progress is gone. */
  of(well: string): Promise<WellOutcome["tables"]>;
}

/**
 * Holds the rows of wells in memory, up to about `most` of them; beyond that those of wells whose progress was kept are let go
 * of, and read from there again.
 */
export function createWellRows(planHash: string, results: StorageBackend, most = 500_000): WellRows {
  const held = new Map<string, { readonly tables: WellOutcome["tables"]; readonly rows: number }>();
  const stored = new Set<string>();
  let rowsHeld = 0;
  const letGo = (): void => {
    for (const [well, { rows }] of held) {
      if (rowsHeld <= most) return;
      if (!stored.has(well)) continue;
      held.delete(well);
      rowsHeld -= rows;
    }
  };
  return {
    add({ well, tables }, isStored) {
      const rows = Object.values(tables).reduce((sum, table) => sum + table.length, 0);
      held.set(well, { tables, rows });
      rowsHeld += rows;
      void isStored.then((yes) => {
        if (yes) stored.add(well);
        letGo();
      });
    },
    async of(well) {
      const tables = held.get(well)?.tables ?? (await readWell(planHash, well, results))?.tables;
      if (tables) return tables;
      throw new PlatewrightError(
        "storage",
        `What well ${well} gave is no longer in "${progressFolder}" of "${results.location}". Go on with the run: the well is computed again.`,
        { well },
      );
    },
  };
}
