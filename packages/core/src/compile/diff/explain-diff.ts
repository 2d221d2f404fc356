import { counted, listed } from "../explain/explain-text.ts";
import type { PlanChange } from "./diff-calls.ts";
import type { PlanDiff } from "./diff-plans.ts";
import type { HashReason, StepDiff } from "./diff-steps.ts";

/** A comparison of two plans as a page for people: what changed in the plate, the wells, the settings and each step, and why hashes differ. */
export function explainDiff(diff: PlanDiff): string {
  const { before, after, sameResults } = diff;
  return [
    titleOf(diff),
    `  was    plan ${before.hash.slice(0, 12)} of "${before.pipeline}"`,
    `  is     plan ${after.hash.slice(0, 12)} of "${after.pipeline}"`,
    `  so     ${sameResults ? "both give the same results" : "the results differ"}`,
    ...section("Plate", diff.plate.map(plateLine)),
    ...section("Wells", wellLines(diff.wells)),
    ...section("Settings", diff.settings.map(changeText)),
    "",
    "Steps",
    ...diff.steps.flatMap(stepLines),
    "",
  ].join("\n");
}

function titleOf({ sameResults, plate, wells, settings, steps }: PlanDiff): string {
  if (sameResults) {
    const still = plate.length + settings.length === 0;
    return still ? "Nothing changed." : "Nothing changed that decides the results.";
  }
  const count = (of: (step: StepDiff) => boolean): number => steps.filter(of).length;
  const counts = [
    [count((step) => step.before === undefined), "step added", "steps added"],
    [count((step) => step.after === undefined), "step removed", "steps removed"],
    [count((step) => step.because?.own === true), "step changed", "steps changed"],
    [
      count((step) => step.because?.own === false),
      "step that reads what changed",
      "steps that read what changed",
    ],
    [wells.added.length, "well added", "wells added"],
    [wells.removed.length, "well removed", "wells removed"],
  ] as const;
  const words = counts.flatMap(([number, one, many]) => (number === 0 ? [] : [counted(number, one, many)]));
  if (plate.some(({ what }) => what === "images")) words.push("another plate, or other images on it");
  return `${words.length === 0 ? "Where or how results are kept changed" : words.join(", ")}.`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function plateLine(change: PlanChange): string {
  if (change.what !== "images") return changeText(change);
  return "images: others than before, by their wells, sites, channels, planes, times or paths, their shape or dtype";
}

function wellLines({ added, removed, changed }: PlanDiff["wells"]): readonly string[] {
  const lines = [
    ["added", added],
    ["removed", removed],
    ["with other images", changed],
  ] as const;
  return lines.flatMap(([what, wells]) => (wells.length === 0 ? [] : [`${what}: ${listed(wells, 12)}`]));
}

function stepLines(step: StepDiff): readonly string[] {
  const { name, formerName, before, after, moved, changes, because } = step;
  const head = headOf(step);
  const place = after === undefined ? "   " : `${String(after + 1).padStart(2)}.`;
  const notes = [
    before === undefined ? "new" : "",
    after === undefined ? "removed" : "",
    formerName === undefined ? "" : `was called "${formerName}"`,
    moved && before !== undefined ? `was step ${before + 1}` : "",
    because ? reasonText(because) : "",
  ].filter((note) => note !== "");
  return [
    `  ${head} ${place} ${name}${notes.length === 0 ? "" : `  (${notes.join("; ")})`}`,
    ...changes.map((change) => `         ${changeText(change)}`),
  ];
}

function headOf({ before, after, changes, because, moved, formerName }: StepDiff): string {
  if (before === undefined) return "+";
  if (after === undefined) return "−";
  if (because?.own === true || changes.length > 0 || moved || formerName !== undefined) return "~";
  return because ? "↳" : "=";
}

function reasonText({ own, reads }: HashReason): string {
  const sources = reads.map((read) => (read === "plate" ? "the plate" : `step "${read.step}"`)).join(" and ");
  if (reads.length === 0) return "hash differs by its own change";
  return own
    ? `hash differs by its own change, and because it reads ${sources}`
    : `hash differs only because it reads ${sources}`;
}

function changeText({ what, from, to }: PlanChange): string {
  if (from === undefined) return `${what}: now ${valueText(to)}`;
  if (to === undefined) return `${what}: no longer ${valueText(from)}`;
  return `${what}: ${valueText(from)} → ${valueText(to)}`;
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((part) => typeof part === "string"))
    return value.join(", ") || "nothing";
  return JSON.stringify(value);
}
