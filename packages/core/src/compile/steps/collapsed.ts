import type { Component } from "../../plate/image-key.ts";

interface Step {
  readonly source: "plate" | number;
  readonly collapsed: readonly Component[];
  /** Set where the step does not run in every well. */
  readonly filter?: unknown;
}

/** What is one of many in all that a step may read, such as z after a projection. A step that does not run in every well has collapsed nothing for sure. */
export function collapsedBefore(source: Step["source"], steps: readonly Step[]): readonly Component[] {
  const read = source === "plate" ? undefined : steps[source];
  if (read?.filter === undefined) return read?.collapsed ?? [];
  const before = collapsedBefore(read.source, steps);
  return read.collapsed.filter((component) => before.includes(component));
}
