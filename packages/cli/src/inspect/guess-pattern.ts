import { assignParts } from "./assign-parts.ts";
import { groupAlike, isConstant, takeApart } from "./name-pieces.ts";

/** A channel's name may hold a space or a hyphen, and elsewhere these separate: each is tried. */
const separators = [/[^\p{L}\d]+/gu, / *[^\p{L}\d ]+ */gu, /(?:[^\p{L}\d-]|--+)+/gu, /[/_.]+/g];
/** Of names that are built differently, as many are guessed from. */
const mostGroups = 3;

/**
 * Guesses patterns of a naming from the paths of its images, without their endings: `A01_C10_s1_DAPI` and `B02_C96_s2_GFP`
 * give `{well}_C{ignore}_s{site}_{channel}`. Each tells the paths apart that it was guessed from; none where no well is seen.
 */
export function guessPatterns(paths: readonly string[]): readonly string[] {
  const found = separators.flatMap((border) =>
    groupAlike(paths, border)
      .slice(0, mostGroups)
      .flatMap((group) => guessPattern(group, border) ?? []),
  );
  return [...new Set(found)];
}

function guessPattern(names: readonly string[], border: RegExp): string | undefined {
  const naming = takeApart(names, border);
  const assignment = assignParts(naming);
  if (!assignment) return undefined;
  const texts = naming.pieces.map(
    ({ values }, i) => assignment.get(i) ?? (isConstant(values) ? (values[0] ?? "") : "{ignore}"),
  );
  return texts.join("").replace(/(?:\{ignore\}){2,}/g, "{ignore}");
}
