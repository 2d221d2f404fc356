/** The word that a mistyped one was meant for; `undefined` where none is near. Both in lower case for the comparison. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  const [first] = words
    .map((word) => ({ word, distance: word.startsWith(wanted) ? 1 : editDistance(wanted, word) }))
    .sort((a, b) => a.distance - b.distance);
  return first && first.distance <= Math.max(1, Math.floor(wanted.length / 2.5)) ? first.word : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours (Damerau and Levenshtein, optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1);
      row.push(best);
    }
  }
  return at(a.length, b.length);
}
