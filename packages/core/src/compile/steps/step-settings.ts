import { resolveSettings } from "../../config/resolve.ts";
import { type StepSettings, settings } from "../../config/settings.ts";
import { messageOf } from "../../errors.ts";
import type { Step, StepOptions } from "../../pipeline/step.ts";
import { defined } from "../../plain-data.ts";
import { type Component, components } from "../../plate/image-key.ts";
import { selectWells, type WellFilter } from "../../plate/well-filter.ts";
import type { PhaseContext, PlannedStep } from "../draft.ts";

const settingNames = (Object.keys(settings) as (keyof typeof settings)[]).filter(
  (name): name is keyof StepSettings => settings[name].level === "step",
);

const optionNames: { readonly [O in keyof Required<Omit<StepOptions, keyof StepSettings>>]: true } = {
  variableComponents: true,
  groupBy: true,
  inputSource: true,
  wells: true,
  checkpoint: true,
  enabled: true,
};
const known: readonly string[] = [...Object.keys(optionNames), ...settingNames];

/** Reports what the types refuse too, for pipelines that were written without them. */
export function checkOptions({ name, options }: Step, context: PhaseContext): void {
  for (const option of Object.keys(options).filter((one) => !known.includes(one))) {
    context.report(
      name,
      "setting",
      `It sets "${option}", which is no option of a step.`,
      `There are: ${known.join(", ")}.`,
    );
  }
  const named: readonly string[] = [...(options.variableComponents ?? []), options.groupBy ?? []].flat();
  for (const component of named.filter((one) => !components.includes(one as Component))) {
    context.report(
      name,
      "setting",
      `"${component}" is no component.`,
      `There are: ${components.join(", ")}.`,
    );
  }
}

/** The settings in force for a step: its own, and what it inherits. Reports those that are not allowed. */
export function settingsOf(step: Step, context: PhaseContext): PlannedStep["settings"] {
  const declared = Object.fromEntries(settingNames.map((name) => [name, step.options[name]]));
  const stronger = defined(context.stepSettings[step.name] ?? {});
  try {
    return resolveSettings({ ...context.levels, step: { ...declared, ...stronger } });
  } catch (thrown) {
    context.report(step.name, "setting", messageOf(thrown), "Mend the step's options.");
    return context.settings;
  }
}

/** The wells that a step runs in, of those that are compiled for. Reports a filter that can't be read or names what the plate lacks. */
export function wellsOf(
  { name, options }: Step,
  context: PhaseContext,
): Pick<PlannedStep, "filter" | "wells"> {
  if (options.wells === undefined) return { filter: undefined, wells: undefined };
  const filter = [options.wells].flat() as readonly WellFilter[];
  try {
    const chosen = new Set(filter.length === 0 ? [] : selectWells(context.plate.index.wells, filter));
    const wells = new Set(context.wells.filter((well) => chosen.has(well)));
    if (wells.size === 0) {
      context.warn(
        name,
        "well-filter",
        "It runs in none of the wells that are compiled for.",
        "Change its wells, or those of the run.",
      );
    }
    return { filter, wells };
  } catch (thrown) {
    context.report(
      name,
      "well-filter",
      messageOf(thrown),
      "Mend the step's option wells, or leave it out for all wells.",
    );
    return { filter, wells: undefined };
  }
}
