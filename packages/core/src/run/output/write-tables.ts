import { isKeptByGroup } from "../../compile/phases/3-materialisation.ts";
import type { Plan } from "../../compile/plan/plan.ts";
import { methodOf } from "../../vfs/capability.ts";
import type { StorageBackend } from "../../vfs/storage-backend.ts";
import { columnsWithoutRows, type TableRow } from "./tables.ts";
import type { WellRows, WellSummary } from "./well-rows.ts";

/** Joins the wells' rows and writes them; the tables of wells that are not complete are left out. */
export async function writeTables(
  plan: Plan,
  outcomes: readonly WellSummary[],
  rows: WellRows,
  results: StorageBackend,
  overwrite: boolean,
): Promise<{ readonly tables: readonly string[]; readonly artifacts: readonly string[] }> {
  const tables: string[] = [];
  const artifacts: string[] = [];
  if (!outcomes.some(({ status }) => status === "complete")) return { tables, artifacts };
  const given = plan.steps.flatMap((step) => step.gives.map((artifact) => ({ step, ...artifact })));
  for (const { step, key, file } of given) {
    if (!file || isKeptByGroup(file.format)) continue;
    const found = new Set(outcomes.flatMap((outcome) => outcome.tables[key]?.columns ?? []));
    const columns = found.size > 0 ? [...found] : columnsWithoutRows(plan, step, key);
    const parts = partsOf(key, outcomes, rows);
    if (file.format === "csv" && results.writeTable)
      await results.writeTable(file.path, { columns, parts }, { overwrite });
    else {
      const write = methodOf(results, "writeValue");
      const whole: TableRow[] = [];
      for await (const part of parts) for (const row of part) whole.push(row);
      await write(file.path, whole, { overwrite });
    }
    (file.format === "csv" ? tables : artifacts).push(file.path);
  }
  for (const { artifacts: files = [] } of outcomes) artifacts.push(...files);
  return { tables, artifacts };
}

async function* partsOf(
  key: string,
  outcomes: readonly WellSummary[],
  rows: WellRows,
): AsyncGenerator<readonly TableRow[]> {
  for (const { well, tables } of outcomes) if (tables[key]?.rows) yield (await rows.of(well))[key] ?? [];
}
