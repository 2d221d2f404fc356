import { preparePlan } from "../pipeline/prepare-plan.ts";
import { planDocument } from "../plan/plan-document.ts";
import { planText, warningLines } from "../plan/plan-text.ts";
import type { RunCommand } from "./command.ts";

/** `platewright compile`: all phases, no pixel read, nothing written. */
export const compile: RunCommand = async ({ given, output }) => {
  const { plan, origin, notes = [] } = await preparePlan(given);
  if (output.json) output.document(planDocument(plan, origin));
  else output.data(planText(plan, output.style));
  for (const line of [...warningLines(plan, output.noteStyle), ...notes]) output.note(line);
  return 0;
};
