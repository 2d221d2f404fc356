import type { Contract } from "../../pipeline/contract.ts";
import { agree, groupText, type ImageGroup } from "../../plate/image-set.ts";
import type { PhaseContext, PlannedStep, StepPlansDraft } from "../draft.ts";
import { callsFor, groupsIn } from "./draft-templates.ts";

/** Checks that every group whose functions take an artifact finds exactly one group of the step that gives it. */
export function checkLinks({ steps, templates, wells }: StepPlansDraft, context: PhaseContext): void {
  for (const [i, template] of templates.entries()) {
    const groupsWith = (step: PlannedStep, has: (contract: Contract) => boolean): readonly ImageGroup[] =>
      groupsIn(template, step).filter((group) =>
        callsFor(step, group)?.some(({ contract }) => has(contract)),
      );
    for (const step of steps) {
      for (const { key, step: index } of step.needs) {
        const giver = steps[index] as PlannedStep;
        if (!template.steps[index]) {
          const [well = ""] = [...wells].find(([, planned]) => planned.template === i) ?? [];
          const isRequired = ({ specialInputs, optionalInputs }: Contract): boolean =>
            specialInputs.includes(key) && !optionalInputs.includes(key);
          if (groupsWith(step, isRequired).length > 0)
            context.report(
              step.name,
              "special-input-missing",
              `It needs "${key}" in well ${well}, where step "${giver.name}", which gives it, does not run.`,
              "Give both steps the same wells.",
            );
          continue;
        }
        const giving = groupsWith(giver, ({ specialOutputs }) => specialOutputs.includes(key));
        for (const group of groupsWith(step, ({ specialInputs }) => specialInputs.includes(key))) {
          const matches = giving.filter((other) => agree(other.fixed, group.fixed));
          if (matches.length === 1) continue;
          const isAmbiguous = matches.length > 1;
          const found = (isAmbiguous ? matches : giving).slice(0, 6).map(groupText).join("; ") || "no group";
          context.report(
            step.name,
            isAmbiguous ? "special-input-ambiguous" : "special-input-missing",
            isAmbiguous
              ? `Its "${key}" is ambiguous: step "${giver.name}" gives one for each of ${found}.`
              : `It needs "${key}" for ${groupText(group)}, but step "${giver.name}" gives it for ${found}.`,
            "Group both steps alike: they agree in all components but variableComponents.",
          );
        }
      }
    }
  }
}
