/** What the named parts of a pattern say. */
export type Values = Readonly<Record<string, string>>;

/** A part of a pattern as it is matched. */
export interface MatchedPart {
  /** What its text is the value of. Where the name was there before, its text must be the same again. */
  readonly name?: string | undefined;
  /** Where the part that begins at `at` may end, the likeliest first. */
  readonly ends: (path: string, at: number) => readonly number[];
}

/**
 * Makes the function that reads a path by its parts, as a backtracking regular expression would: each part takes the first
 * of its ends with which the parts behind it fit. Where a part doesn't fit is remembered, so that the parts of a pattern
 * cost at most the square of a path's length each, however many of them could end anywhere.
 */
export function createMatcher(parts: readonly MatchedPart[]): (path: string) => Values | undefined {
  const names = parts.map(({ name }) => name);
  /** Of a part whose name was there before, the first part of that name. */
  const first = names.map((name, i) =>
    name === undefined || names.indexOf(name) === i ? undefined : names.indexOf(name),
  );
  // A part fits or not whatever stands before it, but for the values that are said again from it on.
  const saidAgain = parts.map((_, i) => first.slice(i).filter((one) => one !== undefined && one < i));
  return (path) => {
    const failed = new Set<string | number>();
    const texts: string[] = [];
    const fits = (i: number, at: number): boolean => {
      const part = parts[i];
      if (!part) return at === path.length;
      const known = first[i];
      const ends = known === undefined ? part.ends(path, at) : endOf(texts[known] ?? "", path, at);
      if (ends.length === 0) return false;
      const place = i * (path.length + 1) + at;
      const again = saidAgain[i] ?? [];
      const state = again.length === 0 ? place : [place, ...again.map((one) => texts[one ?? 0])].join("/");
      if (failed.has(state)) return false;
      for (const end of ends) {
        texts[i] = path.slice(at, end);
        if (fits(i + 1, end)) return true;
      }
      failed.add(state);
      return false;
    };
    if (!fits(0, 0)) return undefined;
    return Object.fromEntries(
      names.flatMap((name, i) => (name === undefined ? [] : [[name, texts[i] ?? ""]])),
    );
  };
}

function endOf(text: string, path: string, at: number): readonly number[] {
  return path.startsWith(text, at) ? [at + text.length] : [];
}

/** A text that stands there as it is, `ending` in whatever case. */
export function exactly(text: string, ending = ""): MatchedPart["ends"] {
  const lower = ending.toLowerCase();
  return (path, at) => {
    const end = at + text.length + ending.length;
    const fits = path.startsWith(text, at) && path.slice(at + text.length, end).toLowerCase() === lower;
    return fits ? [end] : [];
  };
}

/** Texts that sticky expressions match, in their order. */
export function oneOf(...expressions: readonly RegExp[]): MatchedPart["ends"] {
  return (path, at) => {
    const ends: number[] = [];
    for (const expression of expressions) {
      expression.lastIndex = at;
      if (expression.test(path)) ends.push(expression.lastIndex);
    }
    return ends;
  };
}

/**
 * One or more characters that a sticky expression matches at its longest: as many as fit, or as few. Where `next`, the
 * text that follows, is not "", only what it follows counts.
 */
export function run(longest: RegExp, which: "most" | "fewest", next = ""): MatchedPart["ends"] {
  return (path, at) => {
    longest.lastIndex = at;
    if (!longest.test(path)) return [];
    const ends: number[] = [];
    for (let end = at + 1; end <= longest.lastIndex; end++) if (path.startsWith(next, end)) ends.push(end);
    return which === "most" ? ends.reverse() : ends;
  };
}
