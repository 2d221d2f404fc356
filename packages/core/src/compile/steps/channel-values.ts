import { groupedBy, type Step } from "../../pipeline/step.ts";
import type { PhaseContext } from "../draft.ts";
import type { ChainLink, ResolvedPattern } from "./resolve-chains.ts";

/**
 * Brings functions that are given by the name of a channel to the channel that bears it on this plate: those for `DAPI`
 * become those for `1`. A value counts before a name, and a name that several channels bear stays as it is. Reports a
 * channel that has functions by its value and by its name.
 */
export function byChannelValues(
  pattern: ResolvedPattern,
  step: Step,
  context: PhaseContext,
): ResolvedPattern {
  const depth = groupedBy(step.options).indexOf("channel");
  if (depth < 0) return pattern;
  const values = valuesByName(context);
  if (values.size === 0) return pattern;
  const rename = (path: string): string => {
    const parts = path.split("/");
    const value = values.get(parts[depth] ?? "");
    return value === undefined ? path : parts.map((part, i) => (i === depth ? value : part)).join("/");
  };
  const chains = new Map<string, readonly (ChainLink | undefined)[]>();
  for (const [path, links] of pattern.chains) {
    const renamed = rename(path);
    if (pattern.chains.has(renamed) && renamed !== path)
      context.report(
        step.name,
        "component-twice",
        `It has functions for channel ${renamed.split("/")[depth]} twice, by its number and by its name, ${path.split("/")[depth]}.`,
        "Leave one of them.",
      );
    chains.set(renamed, links);
  }
  return { ...pattern, chains, uneven: pattern.uneven.map(rename) };
}

/** The channel of each name that is one channel's alone, and no channel's value. */
function valuesByName({ plate: { index } }: PhaseContext): ReadonlyMap<string, string> {
  const values = new Set(index.images.map(({ channel }) => channel));
  const named = Object.entries(index.channelNames ?? {}).filter(([value]) => values.has(value));
  const count = (name: string): number => named.filter(([, other]) => other === name).length;
  return new Map(
    named.flatMap(([value, name]) => (values.has(name) || count(name) > 1 ? [] : [[name, value] as const])),
  );
}
