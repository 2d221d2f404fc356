import { priceOf } from "../../memory/conversion.ts";
import type { Component } from "../../plate/image-key.ts";
import {
  groupPositions,
  groupText,
  type ImageGroup,
  type ImageSet,
  positionsOf,
} from "../../plate/image-set.ts";
import type { FunctionId } from "../plan/identity.ts";
import {
  chainWords,
  devicesOfStep,
  type Plan,
  type PlannedCall,
  type PlannedChoice,
  type PlannedConversion,
  type PlannedTask,
  type StepPlan,
  type WellTemplate,
} from "../plan/plan.ts";
import { scheduleUnits } from "../plan/units.ts";
import {
  bytesText,
  callWords,
  counted,
  labelled,
  listed,
  memoryTypesText,
  routeText,
  timeText,
  valueText,
} from "./explain-text.ts";

const indent = 3;
const line = (label: string, ...parts: readonly string[]): readonly string[] =>
  labelled(label, indent, parts);

/** A step of a plan as it runs in one well: what it reads, calls, takes and gives, a few lines each. */
export function stepLines(
  plan: Plan,
  step: StepPlan,
  template: WellTemplate | undefined,
  well: string | undefined,
): readonly string[] {
  const images = template?.steps[step.index];
  const devices = devicesOfStep(plan, step, well);
  const given = images ? counted(positionsOf(images.output).length, "image") : "images";
  return [
    `${`${step.index + 1}. ${step.name}`.padEnd(60)}  hash ${step.hash.slice(0, 12)}`,
    ...(step.filter
      ? line("wells", `${step.filter.join(", ") || "none"}${images ? "" : ": does not run in this one"}`)
      : []),
    ...readLines(plan, step, images ?? undefined),
    ...(template && images && !step.task ? idleLines(plan, step, template, images.input) : []),
    ...chainLines(plan, step),
    ...(step.task ? line("works", ...taskWords(step.task)) : []),
    ...(devices.length > 0 ? line("device", devices.map((id) => deviceText(plan, id)).join(", ")) : []),
    ...step.needs.flatMap(({ key, step: giver }) => line("takes", `${key} from ${nameOf(plan, giver)}`)),
    ...(step.task
      ? line("gives", `files in ${step.task.folder}/`)
      : line("gives", `${given} ${placeOf(step)};`, `dtype ${dtypeText(step)}`)),
    ...step.gives.flatMap(({ key, file }) =>
      line("", file ? `${key}, kept as ${file.path}` : `${key}, for later steps`),
    ),
  ];
}

function readLines(
  plan: Plan,
  step: StepPlan,
  images: { readonly input: ImageSet; readonly source?: "plate" | number } | undefined,
): readonly string[] {
  const read = images?.source ?? step.source;
  const source = `${read === "plate" ? "the plate" : nameOf(plan, read)} (${step.readBackend})`;
  if (!images) return line("reads", source);
  const groups = groupPositions(images.input, step.variableComponents);
  const stack = step.variableComponents.join(" and ") || "nothing";
  const names = groups.map((group) => tellingText(group, images.input)).filter((name) => name !== "");
  const count = positionsOf(images.input).length;
  return line(
    "reads",
    `${counted(count, "image")} of ${source} in ${counted(groups.length, "stack")} over ${stack}${names.length > 0 ? ":" : ""}`,
    ...(names.length > 0 ? [listed(names, 3, "; ")] : []),
  );
}

/** Stacks of which nothing is kept and that no later step reads: they are not computed. */
function idleLines(plan: Plan, step: StepPlan, template: WellTemplate, input: ImageSet): readonly string[] {
  const all = groupPositions(input, step.variableComponents).length;
  const computed = scheduleUnits(plan, template).filter((unit) => unit.step.index === step.index).length;
  if (computed >= all) return [];
  return line("", `computes ${computed} of them: the others are neither kept nor read later`);
}

function chainLines(plan: Plan, step: StepPlan): readonly string[] {
  return Object.entries(step.chains).flatMap(([value, chain]) => {
    const label = value === "*" ? [] : [`${chainWords(step, value)}:`];
    return chain.calls.flatMap((call, i) => [
      ...line(i === 0 ? "calls" : "then", ...label, ...callWords(call)),
      ...line("", `${placeOfCall(call)}${call.conversion ? ";" : ""}`, ...conversionWords(call.conversion)),
      ...(call.standsInFor === undefined
        ? []
        : line("", `in place of its ${call.standsInFor} variant, for which there is no device`)),
      ...plan.choices
        .filter((choice) => choice.step === step.index && choice.chain === value && choice.call === i)
        .map((choice) => `            chosen: ${choiceText(choice)}`),
    ]);
  });
}

/** Why a call runs in the memory type it does: what the others would have added, and what could not be taken. */
function choiceText({ chosen, others, excluded }: PlannedChoice): string {
  const dearer = others.map(
    ({ memoryType, addedNanoseconds }) => `, ${memoryType} would add ${timeText(addedNanoseconds)} a well`,
  );
  const out = excluded.map(({ memoryType, reason }) => `; not ${memoryType} (${reason})`);
  return [chosen, ...dearer, ...out].join("");
}

/** Work on stored files, and with what. */
function taskWords({ id, params }: PlannedTask): readonly string[] {
  return [`${id.name}(${params === undefined ? "" : valueText(params)}) on stored files,`, versionText(id)];
}

function placeOfCall(call: PlannedCall): string {
  const { unit, workspace } = call;
  const room = workspace === undefined ? "" : `, in ${bytesText(workspace)} of its own`;
  return `${versionText(call.function)}, on ${memoryTypesText(call)}${unit === "slice" ? ", slice by slice" : ""}${room}`;
}

function versionText({ package: from, version }: FunctionId): string {
  return `version ${version}${from === undefined ? "" : ` of ${from}`}`;
}

/** A conversion in words: its way, what it does, what it moves. */
function conversionWords(conversion: PlannedConversion | undefined): readonly string[] {
  if (!conversion) return [];
  const { route, bytes } = conversion;
  const way = routeText(conversion);
  if (route.every(({ cost }) => priceOf(cost, 1) === 0)) return [`${way} is a view: nothing is copied`];
  const moved = bytes === undefined ? "" : `, ${bytesText(bytes)} a stack`;
  return [`converts ${way} (${route.map(({ cost }) => cost).join(", ")}${moved})`];
}

function placeOf({ output, writeBackend }: StepPlan): string {
  if (!output) return `in ${writeBackend}`;
  const { backend, folder, compression = "none" } = output;
  return `to ${folder}/ on ${backend}${compression === "none" ? "" : `, packed by ${compression}`}`;
}

function dtypeText({ dtype, chains }: StepPlan): string {
  if (typeof dtype !== "string") return `rescaled from ${dtype.rescale.join(" … ")}`;
  if (dtype !== "preserve") return "as the functions give it";
  const given = Object.values(chains).map(
    ({ calls }) => calls.flatMap((call) => (call.dtype === "same" ? [] : [call.dtype])).at(-1) ?? "preserved",
  );
  return [...new Set(given)].join(" or ") || "preserved";
}

function nameOf(plan: Plan, index: number): string {
  return `step ${index + 1} "${plan.steps[index]?.name}"`;
}

/** A device with what it is: `webgpu:0 (NVIDIA H200)`. */
function deviceText({ devices }: Plan, id: string): string {
  const device = devices.find((one) => one.id === id);
  if (!device) return id;
  return `${id} (${device.name}${device.processor === "software" ? ", a program standing in for a GPU" : ""})`;
}

/** A group by the components that tell it from the others: `site 1, channel 2`; empty where there is but one. */
function tellingText({ fixed }: ImageGroup, { values }: ImageSet): string {
  const telling = Object.entries(fixed).filter(([component]) => values[component as Component].length > 1);
  return telling.length === 0 ? "" : groupText({ fixed: Object.fromEntries(telling) });
}
