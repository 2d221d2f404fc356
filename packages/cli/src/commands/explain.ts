import { explainPlan, type Plan, selectWells } from "@platewright/core";
import { UsageError } from "../flags/usage-error.ts";
import { preparePlan, requestOf } from "../pipeline/prepare-plan.ts";
import type { RunCommand } from "./command.ts";

/** `platewright explain`: the plan, step by step; with --json the plan itself. */
export const explain: RunCommand = async ({ given, output }) => {
  const { plan } = await preparePlan(await requestOf(given));
  const well = given.text("well");
  const shown = well === undefined ? undefined : oneWell(plan, well);
  if (output.json) output.document(plan);
  else output.data(explainPlan(plan, { well: shown }).trimEnd());
  return 0;
};

function oneWell(plan: Plan, text: string): string {
  const [well, more] = selectWells(Object.keys(plan.wells), /^\d+$/.test(text) ? [`"${text}"`] : [text]);
  if (well !== undefined && more === undefined) return well;
  throw new UsageError(`--well ${text} names several wells. Name one.`);
}
