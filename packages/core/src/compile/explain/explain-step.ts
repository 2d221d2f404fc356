import { priceOf } from "../../memory/conversion.ts";
import type { Component } from "../../plate/image-key.ts";
import { groupPositions, type ImageGroup, type ImageSet, positionsOf } from "../../plate/image-set.ts";
import {
  chainWords,
  devicesOfStep,
  type Plan,
  type PlannedCall,
  type PlannedConversion,
  type PlannedOutput,
  type PlannedTask,
  type StepPlan,
  type WellTemplate,
} from "../plan/plan.ts";
import { scheduleUnits } from "../plan/units.ts";
import { groupText } from "../steps/check-links.ts";
import { choiceLines } from "./explain-choices.ts";
import { bytesText, counted, labelled, listed, valueText } from "./explain-text.ts";

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
      : line("gives", `${imagesGiven(images?.output)} ${placeOf(step)};`, `dtype ${dtypeText(step)}`)),
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
      ...choiceLines(plan, step.index, value, i),
    ]);
  });
}

/** `gaussian(sigma = 2)`, in parts between which a line may be broken; what the compiler put in is marked. */
function callWords({ function: { name }, params, injected }: PlannedCall): readonly string[] {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  const words = [
    ...given.map(([key, value]) => `${key} = ${valueText(value)}`),
    ...Object.entries(injected).map(([key, value]) => `${key} = ${valueText(value)} (injected)`),
  ];
  if (words.length === 0) return [`${name}()`];
  return words.map((word, i) => `${i === 0 ? `${name}(` : ""}${word}${i === words.length - 1 ? ")" : ","}`);
}

/** Work on stored files, and with what. */
function taskWords({ id: { name, version, package: from }, params }: PlannedTask): readonly string[] {
  return [
    `${name}(${params === undefined ? "" : valueText(params)}) on stored files,`,
    `version ${version}${from === undefined ? "" : ` of ${from}`}`,
  ];
}

function placeOfCall(call: PlannedCall): string {
  const {
    function: { package: from, version },
    input,
    output,
    unit,
    workspace,
  } = call;
  const types = input === output ? input : `${input} → ${output}`;
  const id = `version ${version}${from === undefined ? "" : ` of ${from}`}`;
  const room = workspace === undefined ? "" : `, in ${bytesText(workspace)} of its own`;
  return `${id}, on ${types}${unit === "slice" ? ", slice by slice" : ""}${room}`;
}

/** A conversion in words: its way, what it does, what it moves. */
function conversionWords(conversion: PlannedConversion | undefined): readonly string[] {
  if (!conversion) return [];
  const { from, route, bytes } = conversion;
  const way = [from, ...route.map(({ to }) => to)].join(" → ");
  if (route.every(({ cost }) => priceOf(cost, 1) === 0)) return [`${way} is a view: nothing is copied`];
  const moved = bytes === undefined ? "" : `, ${bytesText(bytes)} a stack`;
  return [`converts ${way} (${route.map(({ cost }) => cost).join(", ")}${moved})`];
}

function imagesGiven(output: ImageSet | undefined): string {
  return output ? counted(positionsOf(output).length, "image") : "images";
}

function placeOf({ output, writeBackend }: StepPlan): string {
  return output ? `to ${outputText(output)}` : `in ${writeBackend}`;
}

function outputText({ backend, folder, compression }: PlannedOutput): string {
  const packed = compression === undefined || compression === "none" ? "" : `, packed by ${compression}`;
  return `${folder}/ on ${backend}${packed}`;
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
