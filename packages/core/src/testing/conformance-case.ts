/** One promise of a plugin, to be put to any test runner: `test(name, run)`. */
export interface ConformanceCase {
  readonly name: string;
  /** Rejects with a sentence where the promise is not kept. */
  run(): Promise<void>;
}

/** Promises that a plugin is known not to keep: the reason by the name of the case. */
export interface KnownGaps {
  readonly [name: string]: string;
}

/**
 * The cases, where those that are known gaps hold as long as they fail: a gap that was closed is to be taken off the
 * list. Throws for a gap that is the name of no case.
 */
export function withKnownGaps(
  cases: readonly ConformanceCase[],
  gaps: KnownGaps,
): readonly ConformanceCase[] {
  const names = new Set(cases.map(({ name }) => name));
  const strange = Object.keys(gaps).filter((name) => !names.has(name));
  if (strange.length > 0) throw new Error(`These known gaps are no cases: ${strange.join("; ")}.`);
  return cases.map((one) => {
    const reason = gaps[one.name];
    if (reason === undefined) return one;
    const run = async () => {
      const failed = await one.run().then(
        () => false,
        () => true,
      );
      if (!failed)
        throw new Error(
          `"${one.name}" is kept, though it is listed as a known gap (${reason}). Take it off the list.`,
        );
    };
    return { name: `${one.name} (known gap: ${reason})`, run };
  });
}
