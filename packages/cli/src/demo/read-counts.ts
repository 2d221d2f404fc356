import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeCsv } from "@platewright/vfs-disk";
import type { FieldTruth } from "./make-plate.ts";

/** Planted and counted cells of one site. */
export interface FieldCount extends FieldTruth {
  readonly counted: number;
}

/** Planted and counted cells of one well, or of the plate. */
export interface WellCount {
  readonly planted: number;
  readonly counted: number;
  /** (counted − planted) ÷ planted, in %. */
  readonly differencePercent: number;
}

/** The counts of each site, from the table that the run wrote into `results`. */
export async function readCounts(
  results: string,
  truth: readonly FieldTruth[],
): Promise<readonly FieldCount[]> {
  const path = join(results, "tables", "cells.csv");
  const counts = new Map<string, number>();
  for (const { well, site } of decodeCsv(await readFile(path), { name: path })) {
    const key = `${well} ${site}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return truth.map((field) => ({ ...field, counted: counts.get(`${field.well} ${field.site}`) ?? 0 }));
}

/** Adds up sites. */
export function sumCounts(fields: readonly FieldCount[]): WellCount {
  const planted = fields.reduce((sum, { cells }) => sum + cells, 0);
  const counted = fields.reduce((sum, field) => sum + field.counted, 0);
  return { planted, counted, differencePercent: (100 * (counted - planted)) / planted };
}

/** The sums of each well, in the order of the fields. */
export function countByWell(fields: readonly FieldCount[]): ReadonlyMap<string, WellCount> {
  const wells = [...new Set(fields.map(({ well }) => well))];
  return new Map(wells.map((well) => [well, sumCounts(fields.filter((field) => field.well === well))]));
}
