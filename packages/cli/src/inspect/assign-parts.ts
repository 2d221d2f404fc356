import type { Component } from "@platewright/core";
import { isConstant, type Naming, type Piece, type WellPieces } from "./name-pieces.ts";
import { partsLabelled } from "./part-labels.ts";

/** Placeholders by piece; "" for a piece that belongs to the one before it. */
export type Assignment = ReadonlyMap<number, string>;

/** Which of several values each name has, counted from 0. */
interface Classes {
  readonly of: readonly number[];
  readonly count: number;
}

/** The order in which parts mostly stand in names that don't label them. */
const parts: readonly Component[] = ["site", "timepoint", "z", "channel"];

/** What an assignment gains and loses, in bits: one is worth that half of the images would be missing. */
const worth = {
  /** Where it is the same in all of each well's several names, it is something of the well. */
  label: { varying: 1.5, ofWell: 0, constant: 0.25 },
  well: { varying: 1.5, constant: 0 },
  /** A well that looks like a labelled number, such as "C01". */
  labelledWell: -0.75,
  /** A number or word without a label, and each place that the part stands further back in what it may be. */
  guess: -1,
  place: -0.1,
  /** Of the same labels the last: what stands before is the name of an experiment. */
  last: 0.01,
} as const;
/** As many numbers may be guessed to be a part without a label, one where there is a single well. */
const mostGuesses = 2;

/**
 * Decides what the pieces of a naming are. Of all ways that tell every name apart it takes the one in which the labels are
 * followed and the fewest images would be missing from the wells: a number that grows with the well, such as a count, would
 * leave nearly all missing. Only where the labels don't tell the names apart numbers and words without one are taken for
 * something. `undefined` where no well is seen or nothing tells the names apart.
 */
export function assignParts({ pieces, wells }: Naming): Assignment | undefined {
  const classes = new Map<Piece, Classes>(pieces.map((piece) => [piece, classesOf(piece.values)]));
  const names = pieces[0]?.values.length ?? 0;
  for (const guessing of [false, true]) {
    let best: { readonly assignment: Assignment; readonly score: number } | undefined;
    for (const well of wells) {
      const own = textsOf(pieces, well);
      const inWells = classesOf(own);
      const ofWell = new Set(
        [...classes].flatMap(([piece, values]) =>
          names >= 2 * inWells.count && combine(inWells, values).count === inWells.count ? [piece] : [],
        ),
      );
      const taken = new Map(callWells(pieces, wells, well, own));
      const search = (i: number, seen: Classes, expected: number, score: number, guesses: number): void => {
        const part = parts[i];
        if (part === undefined) {
          const total = score - Math.log2(expected / names);
          if (seen.count === names && total > (best?.score ?? Number.NEGATIVE_INFINITY))
            best = { assignment: new Map(taken), score: total };
          return;
        }
        for (const [at, piece] of pieces.entries()) {
          const gain = taken.has(at)
            ? undefined
            : gainOf(
                piece,
                part,
                ofWell.has(piece),
                guessing && (guesses > 0 || piece.possible.length === 1),
              );
          const values = classes.get(piece);
          if (gain === undefined || !values) continue;
          taken.set(at, `{${part}}`);
          const left = gain < 0 && piece.possible.length > 1 ? guesses - 1 : guesses;
          const last = (worth.last * at) / pieces.length;
          search(i + 1, combine(seen, values), expected * values.count, score + gain + last, left);
          taken.delete(at);
        }
        search(i + 1, seen, expected, score, guesses);
      };
      const guesses = guessing ? Math.min(mostGuesses, inWells.count) : 0;
      search(0, inWells, inWells.count, gainOfWell(pieces, well, own), guesses);
    }
    if (best) return best.assignment;
  }
  return undefined;
}

/** What it gains to take a piece for a part; `undefined` where it can't be that. */
function gainOf(
  { values, labelled, possible }: Piece,
  part: Component,
  ofWell: boolean,
  guessing: boolean,
): number | undefined {
  const varies = !isConstant(values);
  const label = varies ? (ofWell ? "ofWell" : "varying") : "constant";
  if (labelled.includes(part)) return worth.label[label] + labelled.indexOf(part) * worth.place;
  if (!guessing || !varies || !possible.includes(part)) return undefined;
  return worth.guess + possible.indexOf(part) * worth.place;
}

function gainOfWell(pieces: readonly Piece[], { first }: WellPieces, own: readonly string[]): number {
  const letters = pieces[first]?.values ?? [];
  const isLabel = isConstant(letters) && partsLabelled(letters[0] ?? "").length > 0;
  return (isConstant(own) ? worth.well.constant : worth.well.varying) + (isLabel ? worth.labelledWell : 0);
}

/** The pieces of the well, and of its name where it is written again. */
function callWells(
  pieces: readonly Piece[],
  wells: readonly WellPieces[],
  chosen: WellPieces,
  own: readonly string[],
): readonly (readonly [number, string])[] {
  const again = wells.filter((well) => {
    const texts = textsOf(pieces, well);
    return well.called.length === chosen.called.length && texts.every((text, i) => text === own[i]);
  });
  return [chosen, ...again].flatMap(({ first, called }) =>
    called.flatMap((name, i) => (name === undefined ? [] : [[first + i, name] as const])),
  );
}

function textsOf(pieces: readonly Piece[], { first, called }: WellPieces): readonly string[] {
  const own = pieces.slice(first, first + called.length);
  return (own[0]?.values ?? []).map((_, i) => own.map(({ values }) => values[i]).join(""));
}

function classesOf(values: readonly string[]): Classes {
  const numbers = new Map<string, number>();
  const of = values.map((value) => {
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  });
  return { of, count: numbers.size };
}

/** Names are of one class where they are in both. */
function combine(a: Classes, b: Classes): Classes {
  if (b.count === 1) return a;
  const numbers = new Map<number, number>();
  const of = a.of.map((one, i) => {
    const pair = one * b.count + (b.of[i] ?? 0);
    const known = numbers.get(pair) ?? numbers.size;
    numbers.set(pair, known);
    return known;
  });
  return { of, count: numbers.size };
}
