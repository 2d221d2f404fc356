import {
  type CallOptions,
  type PlateImage,
  type PlateIndex,
  type PlateLayout,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { findGaps, sortUniqueImages, wellsOf } from "../images.ts";
import { noteOnLesserChannels } from "../lesser-channels.ts";
import { addTo, createTally, listOf, noteOnLesserWells, noteOnOthers } from "../notes.ts";
import { describePlate } from "../pages.ts";
import { listPlate } from "../plate-files.ts";
import { folderName } from "../storage.ts";
import { compilePattern, type NamePattern } from "./compile-pattern.ts";

/**
 * A folder of files in a naming of one's own. `{well}` (or `{row}` and `{column}`), `{site}`, `{channel}`, `{z}` and
 * `{timepoint}` say what a part of the path is, `{ignore}` and any other word match a part that says nothing; a `/`
 * separates folders, and the ending matches in capitals too. Numbers lose leading zeros; what the pattern leaves out is "1".
 * Throws "parameter" where the pattern has no well or does not say where one part ends; the message lists the placeholders.
 *
 * @example
 * const layout = namePattern("{well}_C{count}_F{focus}_s{site}_w{channel}.TIF");
 * layout.parseName?.("A01_C1_F1_s01_w2.TIF"); // { well: "A01", site: "1", channel: "2" }
 */
export function namePattern(pattern: string): PlateLayout {
  const compiled = compilePattern(pattern);
  return {
    kind: "layout",
    name: "pattern",
    detect: (storage, options) => detectPattern(compiled, storage, options),
    index: (storage, options) => indexPattern(compiled, storage, options),
    parseName: compiled.readParts,
    ...(compiled.write && { formatName: compiled.write }),
  };
}

async function detectPattern(
  { read, text }: NamePattern,
  storage: StorageBackend,
  options: CallOptions | undefined,
): Promise<string | undefined> {
  for await (const { path, kind } of listPlate(storage, "", { ...options, recursive: true })) {
    if (kind === "file" && read(path)) return `file "${path}", named as "${text}"`;
  }
  return undefined;
}

async function indexPattern(
  pattern: NamePattern,
  storage: StorageBackend,
  options: CallOptions | undefined,
): Promise<PlateIndex> {
  const found: PlateImage[] = [];
  const others = createTally();
  for await (const { path, kind } of listPlate(storage, "", { ...options, recursive: true })) {
    if (kind !== "file") continue;
    const key = pattern.read(path);
    if (key) found.push({ ...key, path });
    else addTo(others, path);
  }
  if (found.length === 0)
    throw new PlatewrightError(
      "plate",
      `No file of ${storage.location} is named as "${pattern.text}"${others.example === undefined ? "; the folder is empty" : `; one of its ${others.count} files is "${others.example}"`}. Correct the pattern: it is held against the path below the plate's folder, folders included.`,
      { location: storage.location, pattern: pattern.text },
    );
  const unique = sortUniqueImages(found, storage.location);
  const { images, facts: described } = await describePlate(storage, unique, options);
  const { notes, ...facts } = described;
  return {
    layout: "pattern",
    name: folderName(storage),
    wells: wellsOf(images),
    images,
    projections: [],
    ...facts,
    missing: findGaps(images),
    notes: [
      ...noteOnWords(pattern.leftAside),
      ...noteOnLesserWells(images),
      ...noteOnLesserChannels(images),
      ...noteOnOthers(others, `not named as "${pattern.text}"`),
      ...notes,
    ],
  };
}

function noteOnWords(words: readonly string[]): readonly string[] {
  if (words.length === 0) return [];
  const verb = words.length === 1 ? "is" : "are";
  return [`${listOf(words.map((word) => `{${word}}`))} of the pattern ${verb} matched and left aside.`];
}
