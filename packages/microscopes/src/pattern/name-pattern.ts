import {
  type CallOptions,
  type PlateIndex,
  type PlateLayout,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { findNamedImages, indexNamedImages } from "../named-images.ts";
import { listOf } from "../notes.ts";
import { listPlate } from "../plate-files.ts";
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
  const entries = listPlate(storage, "", { ...options, recursive: true });
  const found = await findNamedImages(entries, pattern.read);
  const { images, others } = found;
  if (images.length === 0)
    throw new PlatewrightError(
      "plate",
      `No file of ${storage.location} is named as "${pattern.text}"${others.example === undefined ? "; the folder is empty" : `; one of its ${others.count} files is "${others.example}"`}. Correct the pattern: it is held against the path below the plate's folder, folders included.`,
      { location: storage.location, pattern: pattern.text, reason: "no-images" },
    );
  const about = {
    layout: "pattern",
    othersAre: `not named as "${pattern.text}"`,
    notes: noteOnWords(pattern.leftAside),
  };
  return await indexNamedImages(storage, found, about, options);
}

function noteOnWords(words: readonly string[]): readonly string[] {
  if (words.length === 0) return [];
  const verb = words.length === 1 ? "is" : "are";
  return [`${listOf(words.map((word) => `{${word}}`))} of the pattern ${verb} matched and left aside.`];
}
