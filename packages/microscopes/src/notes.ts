/** "1 file", "3 files". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "a", "a and b", "a, b and c". */
export function listOf(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Counts things of one sort and keeps the first as an example. */
export interface Tally {
  count: number;
  example: string | undefined;
}

/** A tally of nothing yet. */
export function createTally(): Tally {
  return { count: 0, example: undefined };
}

/** Adds one to a tally. */
export function addTo(tally: Tally, example: string): void {
  tally.count++;
  tally.example ??= example;
}

/** A sentence on files that are no images of the layout, none where there are none. */
export function noteOnOthers(others: Tally, reason: string): readonly string[] {
  if (others.count === 0) return [];
  const what = others.count === 1 ? `1 file was` : `${others.count} files were`;
  return [`${what} left aside, ${reason}, such as "${others.example}".`];
}
