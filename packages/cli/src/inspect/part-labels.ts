import type { Component } from "@platewright/core";

/** What a word before a number or name says that it is, in lower case; the likelier first. */
const labels: readonly (readonly [words: string, parts: readonly Component[]])[] = [
  // Of the columns and rows of a grid of sites only one can be the site.
  ["s site f fld field fov pos position point xy x y", ["site"]],
  ["w wv wave wavelength c ch chan channel d", ["channel"]],
  ["z zstep plane slice", ["z"]],
  ["t tp time timepoint sk", ["timepoint"]],
  // A position for Olympus, a plane for Harmony.
  ["p", ["site", "z"]],
];
const partsOf: ReadonlyMap<string, readonly Component[]> = new Map(
  labels.flatMap(([words, parts]) => words.split(" ").map((word) => [word, parts])),
);

const stain =
  /^(?:dapi|hoechst\d*|[em]?gfp|[em]?yfp|[em]?cfp|[em]?rfp|[td]?tomato|mcherry|dsred|fitc|tritc|pe|apc|cy ?\d(?:\.5)?|(?:alexa|af)[ -]?\d{3}|texas ?red|sytox.*|mito.*|bf|bright ?field|phase(?: ?contrast)?|dic|trans|tl)(?:[ ,-].*)?$/i;
/** "w1DAPI": the number and the name of a channel, as MetaMorph writes them. */
const numberedStain = /^w\d+[a-z]\w*$/i;

/** Which parts of a key a label names; none where it is no label. */
export function partsLabelled(label: string): readonly Component[] {
  return partsOf.get(label.toLowerCase()) ?? [];
}

/** Whether a label is one of what lies apart, such as a plate: its number is no part of a key. */
export function isApart(label: string): boolean {
  return /^(?:plate|exp(?:eriment)?|run|batch|screen|donor|patient)$/i.test(label);
}

/** Whether a word is known to name a channel. */
export function isChannelName(word: string): boolean {
  return stain.test(word) || numberedStain.test(word);
}

/** Whether a folder's name numbers something within a plate, such as "Z001" or "time_2". A "P1" may well be a plate. */
export function numbersPartOfPlate(name: string): boolean {
  const label = /^([a-z]+(?: point)?)[ _-]*\d+$/i.exec(name)?.[1]?.replace(" ", "");
  return label !== undefined && partsLabelled(label).length === 1;
}
