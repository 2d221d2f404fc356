import { PlatewrightError } from "../errors.ts";
import { priceOf } from "../memory/conversion.ts";
import type { Component } from "../plate/image-key.ts";
import { groupPositions, type ImageGroup, type ImageSet, positionsOf } from "../plate/image-set.ts";
import { groupText } from "./check-links.ts";
import { diagnosticText } from "./diagnostic.ts";
import { choiceLines } from "./explain-choices.ts";
import {
  chainWords,
  functionText,
  type Plan,
  type PlannedCall,
  type PlannedConversion,
  type PlannedOutput,
  type Prediction,
  type StepPlan,
  type WellTemplate,
} from "./plan.ts";
import { devicesOfStep } from "./step-devices.ts";

/** What an explanation is about. */
export interface ExplainOptions {
  /** The well whose images and groups are shown; default the plan's first. */
  readonly well?: string | undefined;
}

/** A plan as a page for people: step by step what is read, grouped, called with what, converted how, written where. Throws "filter" for a well that the plan lacks. */
export function explainPlan(plan: Plan, options: ExplainOptions = {}): string {
  const names = Object.keys(plan.wells);
  const well = options.well ?? names[0];
  if (well !== undefined && !Object.hasOwn(plan.wells, well)) {
    throw new PlatewrightError("filter", `The plan has no well ${well}. It has ${listed(names, 12)}.`, {
      well,
    });
  }
  const template = plan.templates[(well !== undefined && plan.wells[well]?.template) || 0];
  const { plate } = plan;
  return [
    `Plan ${plan.hash.slice(0, 12)} of "${plan.pipeline}"`,
    `  plate     ${plate.name} (${plate.layout}, ${plate.location})`,
    `  wells     ${names.length}: ${listed(names, 12)}`,
    `  images    ${plate.shape ? `${plate.shape.join(" × ")} ` : ""}${plate.dtype ?? ""}${plate.pixelSize ? `, ${plate.pixelSize.x} µm a pixel` : ""}`,
    `  results   ${plan.output ? `${plan.output.location} (${plan.output.storage})` : `to ${plan.settings.storage}, folder not said yet`}`,
    `  predicted ${predictionText(plan.predicted)}`,
    ...(template && well !== undefined ? [`  shown for well ${well}: ${imagesText(template.images)}`] : []),
    ...plan.steps.flatMap((step) => ["", ...stepLines(plan, step, template, well)]),
    ...(plan.warnings.length > 0 ? ["", "Warnings", ...plan.warnings.map(diagnosticText)] : []),
    "",
  ].join("\n");
}

function stepLines(
  plan: Plan,
  step: StepPlan,
  template: WellTemplate | undefined,
  well: string | undefined,
): readonly string[] {
  const images = template?.steps[step.index];
  const groups = images ? groupPositions(images.input, step.variableComponents) : [];
  const read = images?.source ?? step.source;
  const source = read === "plate" ? "the plate" : `step ${read + 1} "${plan.steps[read]?.name}"`;
  const lines = [`${step.index + 1}. ${step.name}  [${step.hash.slice(0, 8)}]`];
  if (step.filter) {
    lines.push(
      `   wells     ${step.filter.join(", ") || "none"}${images ? "" : ": does not run in this one"}`,
    );
  }
  lines.push(`   reads     ${source} from ${step.readBackend}`);
  if (images) {
    const stack = step.variableComponents.join(" and ") || "nothing";
    lines.push(
      `   groups    ${groups.length}, stacks over ${stack}: ${listed(
        groups.map((group) => tellingText(group, images.input)),
        3,
        "; ",
      )}`,
    );
    lines.push(
      `   images    ${positionsOf(images.input).length} in, ${positionsOf(images.output).length} out`,
    );
  }
  for (const [value, chain] of Object.entries(step.chains)) {
    const label = value === "*" ? "" : `${chainWords(step, value)}: `;
    for (const [i, call] of chain.calls.entries()) {
      lines.push(...callLines(call, label), ...choiceLines(plan, step.index, value, i));
    }
  }
  const devices = devicesOfStep(plan, step, well);
  if (devices.length > 0) lines.push(`   device    ${devices.map((id) => deviceText(plan, id)).join(", ")}`);
  for (const need of step.needs)
    lines.push(`   takes     ${need.key} from step ${need.step + 1} "${plan.steps[need.step]?.name}"`);
  for (const { key, file } of step.gives)
    lines.push(`   gives     ${key}${file ? `, kept as ${file.path}` : ""}`);
  lines.push(
    `   dtype     ${typeof step.dtype === "string" ? step.dtype : `rescale ${step.dtype.rescale.join(" … ")}`}`,
  );
  lines.push(`   writes    ${step.output ? outputText(step.output) : step.writeBackend}`);
  return lines;
}

function outputText({ backend, folder, compression }: PlannedOutput): string {
  return `${folder}/ on ${backend}${compression === undefined ? "" : `, packed by ${compression}`}`;
}

/** A device with what it is: `webgpu:0 (NVIDIA H200)`. */
function deviceText({ devices }: Plan, id: string): string {
  const device = devices.find((one) => one.id === id);
  if (!device) return id;
  return `${id} (${device.name}${device.processor === "software" ? ", a program standing in for a GPU" : ""})`;
}

function callLines(call: PlannedCall, label: string): readonly string[] {
  const types = call.input === call.output ? call.input : `${call.input} → ${call.output}`;
  const lines = [
    `   calls     ${label}${functionText(call.function)} on ${types}${call.unit === "slice" ? ", slice by slice" : ""}`,
  ];
  if (call.standsInFor !== undefined)
    lines.push(`             in place of its ${call.standsInFor} variant, for which there is no device`);
  if (call.conversion) lines.push(`             converts ${conversionText(call.conversion)}`);
  const params = Object.entries(call.params).filter(([, value]) => value !== undefined);
  if (params.length > 0) lines.push(`             with ${params.map(parameterText).join(", ")}`);
  const injected = Object.entries(call.injected);
  if (injected.length > 0) lines.push(`             injected ${injected.map(parameterText).join(", ")}`);
  return lines;
}

/** A conversion in words: its way, what it does, what it moves. */
function conversionText({ from, route, bytes }: PlannedConversion): string {
  const way = [from, ...route.map(({ to }) => to)].join(" → ");
  const free = route.every(({ cost }) => priceOf(cost, 1) === 0);
  if (free) return `${way} (a view, nothing is copied)`;
  return `${way} (${route.map(({ cost }) => cost).join(", ")}${bytes === undefined ? "" : `, ${bytesText(bytes)} a stack`})`;
}

function parameterText([name, value]: readonly [string, unknown]): string {
  return `${name} = ${typeof value === "object" ? JSON.stringify(value) : String(value)}`;
}

function imagesText({ values }: ImageSet): string {
  const words = { site: "site", channel: "channel", z: "z plane", timepoint: "timepoint" } as const;
  return (["site", "channel", "z", "timepoint"] as const)
    .map(
      (component) =>
        `${values[component].length} ${words[component]}${values[component].length === 1 ? "" : "s"}`,
    )
    .join(", ");
}

function predictionText({ peakHostBytes, bytesRead, bytesWritten }: Prediction): string {
  if (peakHostBytes === undefined) return "nothing: shape or dtype of the images is not known";
  return `at most ${bytesText(peakHostBytes)} of arrays at once, ${bytesText(bytesRead ?? 0)} read, ${bytesText(bytesWritten ?? 0)} written`;
}

/** A group by the components that tell it from the others: `site 1, channel 2`. */
function tellingText({ fixed }: ImageGroup, { values }: ImageSet): string {
  const telling = Object.entries(fixed).filter(([component]) => values[component as Component].length > 1);
  return groupText({ fixed: Object.fromEntries(telling) });
}

function listed(words: readonly string[], most: number, between = ", "): string {
  const shown = words.slice(0, most).join(between);
  return words.length > most ? `${shown}${between}… (${words.length})` : shown;
}

/** Bytes for people: 10.5 MB. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return `${unit === 0 ? size : size.toPrecision(3)} ${units[unit]}`;
}
