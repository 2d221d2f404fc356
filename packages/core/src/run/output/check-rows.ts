import type { PlannedArtifact } from "../../compile/plan/plan.ts";
import { messageOf } from "../../errors.ts";
import { executionError, type Place } from "../execution-error.ts";
import type { TableRow } from "./tables.ts";

/**
 * Refuses rows that their file can't hold while it is known who gave them: all else of the run would wait for its tables in
 * vain. Throws "execution", naming well, step and artifact.
 */
export function checkRows(rows: readonly TableRow[], { key, file }: PlannedArtifact, place: Place): void {
  const fault =
    file?.format === "csv" ? faultOfFields(rows) : file?.format === "json" ? faultOfJson(rows) : undefined;
  if (fault === undefined) return;
  throw executionError(place, `: "${key}" can't be kept as ${file?.path}`, fault);
}

function faultOfFields(rows: readonly TableRow[]): string | undefined {
  for (const row of rows)
    for (const column in row) {
      const value = row[column];
      if (value === null || !["object", "function", "symbol"].includes(typeof value)) continue;
      const what = Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
      return `"${column}" of a row is ${what}. Give text, numbers and booleans, or keep it as "json".`;
    }
  return undefined;
}

function faultOfJson(rows: readonly TableRow[]): string | undefined {
  try {
    JSON.stringify(rows);
    return undefined;
  } catch (thrown) {
    return `${messageOf(thrown).split("\n")[0]}. Give plain data.`;
  }
}
