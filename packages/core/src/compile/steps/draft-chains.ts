import { checkParams, keepFaults } from "../../pipeline/check-params.ts";
import { groupedBy, type Step } from "../../pipeline/step.ts";
import { type Component, components } from "../../plate/image-key.ts";
import type { CallDraft, PhaseContext } from "../draft.ts";
import { byChannelValues } from "./channel-values.ts";
import { withReferences } from "./lazy-references.ts";
import { type ChainLink, holdsNothing, type ResolvedPattern, resolvePattern } from "./resolve-chains.ts";

/** The chains of a step by the value of its `groupBy` (`"*"` for all), functions and parameters checked. */
export async function draftChains(
  step: Step,
  context: PhaseContext,
): Promise<ReadonlyMap<string, readonly CallDraft[]>> {
  const pattern = byChannelValues(resolvePattern(step), step, context);
  const { chains } = pattern;
  const drafts = new Map<string, readonly CallDraft[]>();
  if (pattern.depth > 0) checkComponents(step, pattern, context);
  const reportEmpty = (what: string): void =>
    context.report(
      step.name,
      "empty-chain",
      `It runs no function${what}.`,
      "Give it one, or switch the step off with enabled: false.",
    );
  if (chains.size === 0 && pattern.uneven.length === 0) reportEmpty(" for any value of its component");
  for (const [value, links] of chains) {
    if (links.length === 0) reportEmpty(value === "*" ? "" : ` for ${wordsOf(value, step)}`);
    const calls: CallDraft[] = [];
    for (const link of links) {
      const call = link ? await draftCall(step, link, context) : reportUndeclared(step, context);
      if (call) calls.push(call);
    }
    drafts.set(value, calls);
  }
  return drafts;
}

function checkComponents(
  step: Step,
  { chains, depth, uneven }: ResolvedPattern,
  context: PhaseContext,
): void {
  const named = groupedBy(step.options);
  if (named.length < depth) {
    const example = ["channel", "site"].slice(0, depth).map((one) => `"${one}"`);
    context.report(
      step.name,
      "group-by-missing",
      named.length === 0
        ? "It has functions by component, but does not say which component."
        : `It has functions by ${depth} components, one inside another, but groups by ${named.join(" and ")} only.`,
      `Write step("${step.name}", { … }, { groupBy: ${depth === 1 ? example[0] : `[${example.join(", ")}]`} }).`,
    );
    return;
  }
  for (const path of uneven) {
    context.report(
      step.name,
      "component-uneven",
      `One part of its chain has functions for ${wordsOf(path, step)}, another by the same component has none.`,
      "Name the same values in both; [] does nothing.",
    );
  }
  for (const [depth, component] of named.entries()) {
    if (!components.includes(component)) continue;
    const values = new Set([...chains.keys(), ...uneven].flatMap((path) => path.split("/")[depth] ?? []));
    values.delete("*");
    const available = [...new Set(context.plate.index.images.map((image) => image[component]))];
    const absent = [...values].filter((value) => !available.includes(value));
    if (absent.length === 0) continue;
    const shared =
      component === "channel" ? absent.find((name) => bearersOf(name, context).length > 1) : undefined;
    context.report(
      step.name,
      "component-missing",
      shared === undefined
        ? `It has functions for ${component} ${absent.join(", ")}, which the plate lacks.`
        : `It has functions for channel ${shared}, but channels ${bearersOf(shared, context).join(" and ")} bear that name. Give each by its number.`,
      `Available: ${available.map((value) => namedValue(component, value, context)).join(", ")}.`,
    );
  }
}

/** The channels that bear a name. */
function bearersOf(name: string, { plate: { index } }: PhaseContext): readonly string[] {
  return Object.entries(index.channelNames ?? {}).flatMap(([value, other]) =>
    other === name ? [value] : [],
  );
}

/** A value, a channel's with its name, by which a person may have asked for it: `1 (DAPI)`. */
function namedValue(component: Component, value: string, { plate }: PhaseContext): string {
  const name = component === "channel" ? plate.index.channelNames?.[value] : undefined;
  return name === undefined || name === value ? value : `${value} (${name})`;
}

/** The values of a chain with their components: `channel 1, site 2`. */
function wordsOf(path: string, { options }: Step): string {
  const named = groupedBy(options);
  return path
    .split("/")
    .map((value, i) => `${named[i] ?? "component"} ${value}`)
    .join(", ");
}

async function draftCall(step: Step, link: ChainLink, context: PhaseContext): Promise<CallDraft | undefined> {
  const first = [...link.variants.values()][0];
  if (!first) return reportUndeclared(step, context);
  const { contract } = first;
  const overrides: Record<string, unknown> = {};
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(link.given)) {
    (contract.specialInputs.includes(name) ? overrides : given)[name] = value;
  }
  const { params, faults } = await checkParams(contract.params, given);
  for (const { code, message, hint } of [...faults, ...keepFaults(overrides)]) {
    context.report(step.name, code, `${contract.name} ${message}.`, hint);
  }
  if (contract.unit === "slice" && contract.slices !== "same") {
    context.report(
      step.name,
      "slice-unit-slices",
      `${contract.name} sees one slice at a time, so it can't change their number.`,
      'Declare it with unit: "stack", or leave slices out.',
    );
  }
  return { link, contract, params: withReferences(params), overrides: withReferences(overrides) };
}

function reportUndeclared(step: Step, context: PhaseContext): undefined {
  const isNothing = holdsNothing(step.run);
  context.report(
    step.name,
    "undeclared-function",
    `It runs ${isNothing ? "undefined, which" : "something that"} is not a declared function.`,
    isNothing
      ? "Check the name that is imported: what a package does not export is undefined."
      : 'Write ndarray({ name: "…" }, fn), or the like for its memory type.',
  );
}
