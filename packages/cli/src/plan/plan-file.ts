import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf, type Plan, PlatewrightError, planVersion } from "@platewright/core";
import type { PlanOrigin } from "../pipeline/prepare-plan.ts";

/** A plan that was kept in a file, and where what it needs was found when it was compiled. */
export interface KeptPlan {
  readonly path: string;
  readonly plan: Plan;
  /** Absent in a file that holds nothing but the plan. */
  readonly origin?: PlanOrigin;
}

/** Reads what `compile --json` or `explain --json` printed. Throws "declaration" for a file that can't be read, holds no plan, or one of another version. */
export function readPlan(path: string): KeptPlan {
  const full = resolve(path);
  const document = readDocument(full);
  const { plan = document, origin } = document as { readonly plan?: unknown; readonly origin?: PlanOrigin };
  if (!isPlan(plan))
    throw new PlatewrightError(
      "declaration",
      `${full} holds no plan${whatInstead(document)}. Make one with platewright compile <pipeline> <plate> --json > plan.json.`,
    );
  if (plan.version !== planVersion)
    throw new PlatewrightError(
      "declaration",
      `The plan ${full} is of version ${plan.version}; this program runs version ${planVersion}. Compile the pipeline again.`,
    );
  return { path: full, plan, ...(origin ? { origin } : {}) };
}

function readDocument(path: string): object {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, "utf8"));
  } catch (thrown) {
    const absent = (thrown as NodeJS.ErrnoException).code === "ENOENT";
    const what = absent
      ? `There is no plan ${path}. Check the path.`
      : `The plan ${path} can't be read: ${messageOf(thrown).replace(/\.$/, "")}. Give the file that platewright compile --json wrote.`;
    throw new PlatewrightError("declaration", what, { cause: thrown });
  }
  return typeof document === "object" && document !== null ? document : {};
}

function isPlan(value: unknown): value is Plan {
  const { kind, steps, wells } = (value ?? {}) as Partial<Plan>;
  return kind === "plan" && Array.isArray(steps) && typeof wells === "object" && wells !== null;
}

function whatInstead(document: object): string {
  if ("diagnostics" in document) return ", but the diagnostics of a pipeline that does not compile";
  if ("planHash" in document) return ", but the report of a run";
  return "";
}
