import { type Component, components, groupByWell, type ImageKey } from "@platewright/core";
import { mostMissing } from "./images.ts";

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

const nouns = { site: "site", channel: "channel", z: "z plane", timepoint: "timepoint" } as const;

/** Sentences on wells that have fewer sites, channels, … than others: without metadata nobody knows whether they lack. */
export function noteOnLesserWells(images: readonly ImageKey[]): readonly string[] {
  const byWell = groupByWell(images);
  return components.flatMap((component) => {
    const counts = [...byWell].map(([well, own]) => [well, distinct(own, component)] as const);
    const most = counts.reduce((highest, [, count]) => Math.max(highest, count), 0);
    const lesser = counts.filter(([, count]) => count < most);
    const [first] = lesser;
    if (!first) return [];
    const verb = lesser.length === 1 ? "has" : "have";
    return [
      `${lesser.length} of ${byWell.size} wells ${verb} fewer ${nouns[component]}s than others, such as ${first[0]}: ${first[1]} instead of ${most}.`,
    ];
  });
}

function distinct(images: readonly ImageKey[], component: Component): number {
  return new Set(images.map((image) => image[component])).size;
}

/** A sentence on gaps of which no more are listed. */
export function noteOnManyGaps({ length }: readonly ImageKey[]): readonly string[] {
  if (length < mostMissing) return [];
  return [
    `The first ${length} missing images are listed. So many are missing where a part of the names that differs from file to file, such as a time of day, is taken for a timepoint, plane or site.`,
  ];
}

/** A sentence on files that are no images of the layout, none where there are none. */
export function noteOnOthers(others: Tally, reason: string): readonly string[] {
  if (others.count === 0) return [];
  const what = others.count === 1 ? `1 file was` : `${others.count} files were`;
  return [`${what} left aside, ${reason}, such as "${others.example}".`];
}
