import { resolve } from "node:path";
import { diffPlans, explainDiff, explainPlan, type Plan, selectWells } from "@platewright/core";
import { configText } from "../config/config-text.ts";
import { resolveConfig } from "../config/resolved-config.ts";
import type { Given } from "../flags/parse-flags.ts";
import { planFlags, refuseDecided } from "../flags/plan-flags.ts";
import { UsageError } from "../flags/usage-error.ts";
import type { Output } from "../output/output.ts";
import { loadPipeline } from "../pipeline/load-pipeline.ts";
import { preparePlan, settingsAround } from "../pipeline/prepare-plan.ts";
import { readPlan } from "../plan/plan-file.ts";
import type { RunCommand } from "./command.ts";

/** `platewright explain`: the plan, step by step, what changed since an earlier one, or the settings in force; with --json as data. */
export const explain: RunCommand = async ({ given, output }) => {
  refuseIdle(given);
  if (given.isSwitched("config")) return await explainConfig(given, output);
  const plan = await planOf(given);
  const old = given.text("diff");
  if (old !== undefined) return tellDiff(readPlan(old).plan, plan, output);
  const well = given.text("well");
  const shown = well === undefined ? undefined : oneWell(plan, well);
  if (output.json) output.document(plan);
  else output.data(explainPlan(plan, { well: shown }).trimEnd());
  return 0;
};

/** Throws `UsageError` for a flag that would change nothing: whoever writes it expects something else. */
function refuseIdle(given: Given): void {
  const beside = (["plan", "diff", "well"] as const).find((name) => given.has(name));
  if (given.isSwitched("config") && beside !== undefined)
    throw new UsageError(
      `--config alone shows the settings, not a plan. Leave out --${beside}, or --config.`,
    );
  refuseDecided(given, planFlags);
  if (given.has("diff") && given.has("well"))
    throw new UsageError("--diff compares the plans of all wells. Leave out --well, or --diff.");
}

async function planOf(given: Given): Promise<Plan> {
  const kept = given.text("plan");
  if (kept === undefined) return (await preparePlan(given)).plan;
  const [extra] = given.args;
  if (extra === undefined) return readPlan(kept).plan;
  throw new UsageError(`With --plan nothing is compiled. Leave out "${extra}", or --plan.`);
}

function tellDiff(before: Plan, after: Plan, output: Output): number {
  const diff = diffPlans(before, after);
  if (output.json) output.document(diff);
  else output.data(explainDiff(diff).trimEnd());
  return 0;
}

async function explainConfig(given: Given, output: Output): Promise<number> {
  const [path = ""] = given.args;
  const { weaker, stronger } = await settingsAround(resolve(path), given);
  const config = resolveConfig(await loadPipeline(resolve(path)), weaker, stronger);
  if (output.json) output.document(config);
  else output.data(configText(config, output.style));
  return 0;
}

function oneWell(plan: Plan, text: string): string {
  const [well, more] = selectWells(Object.keys(plan.wells), /^\d+$/.test(text) ? [`"${text}"`] : [text]);
  if (well !== undefined && more === undefined) return well;
  throw new UsageError(`--well ${text} names several wells. Name one.`);
}
