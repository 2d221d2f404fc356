import {
  baseName,
  joinPath,
  type Platewright,
  PlatewrightError,
  parseWell,
  type StorageBackend,
} from "@platewright/core";
import { numbersPartOfPlate } from "./part-labels.ts";
import { foreignImage, type Suggestion, suggestPattern } from "./suggest-pattern.ts";

/** Further folders are looked into no more: each costs a look by every layout. */
const mostFolders = 50;
const mostNamed = 5;

/** What to do about a folder that no layout claims, or in which the layout finds no image: the plates that lie in it, or the pattern of its names. */
export async function unknownPlateError(
  pw: Platewright,
  location: string,
  backend: StorageBackend,
  cause: PlatewrightError,
): Promise<PlatewrightError> {
  const layouts = pw.layouts.map(({ name }) => name).join(", ");
  const isUnknown = cause.details.reason === "unknown-layout";
  const begin = isUnknown ? `"${location}" is a plate of no known layout (${layouts}).` : cause.message;
  const fail = (sentence: string): PlatewrightError =>
    new PlatewrightError("plate", `${begin} ${sentence}`, {
      ...cause.details,
      cause,
    });
  const { plates, all } = await platesIn(pw, location, backend);
  const suggestion = await suggestPattern(backend);
  // Folders such as "Z001" and "Z002" look like plates, and are the planes of one.
  const isOne = plates.every((plate) => numbersPartOfPlate(baseName(plate))) && readsAll(suggestion);
  if (plates.length > 0 && !isOne) return fail(plateWords(plates, all));
  if (!suggestion) {
    const foreign = await foreignImage(backend);
    return fail(
      foreign === undefined
        ? "It holds no image (TIFF, PNG or NPY). Give the folder that holds the plate."
        : `It holds images such as "${foreign}", which are not read. Export them as TIFF, each with its well in its name.`,
    );
  }
  const { example, images, pattern, apart, read = images } = suggestion;
  const seen = `One of its images is "${example}".`;
  if (pattern === undefined)
    return fail(
      `${seen} Say how they are named with --pattern, such as --pattern "{well}_s{site}_w{channel}.tif".`,
    );
  if (suggestion.folder === undefined) {
    const share = read < images ? `, which reads ${read} of ${images} images` : "";
    return fail(`${seen} If these are wells, give --pattern "${pattern}"${share}.`);
  }
  const folder = below(location, suggestion.folder);
  if (await isPlate(pw, folder)) return fail(plateWords([folder], true));
  return fail(
    apart
      ? `${seen} If each of its folders is a plate, give the folder of one, such as "${folder}", with --pattern "${pattern}"${orChannels(suggestion.folder, pattern)}.`
      : `${seen} If these are wells, give the folder "${folder}" with --pattern "${pattern}".`,
  );
}

/** Folders without numbers may be the channels of one plate, if nothing else is. */
function orChannels(folder: string, pattern: string): string {
  if (/\d/.test(folder) || pattern.includes("{channel}")) return "";
  return `; if they are the channels of one, give --pattern "{channel}/${pattern}"`;
}

function plateWords(plates: readonly string[], all: boolean): string {
  const named = plates.slice(0, mostNamed).map((plate) => `"${plate}"`);
  const more = plates.length > mostNamed ? ` and ${plates.length - mostNamed} more` : "";
  const what = plates.length === 1 ? "A plate lies in it" : `${plates.length} plates lie in it`;
  const further = all ? "" : ", and others may lie in folders that were not looked into";
  return `${what}: ${named.join(", ")}${more}${further}. Give the folder of one.`;
}

function readsAll(suggestion: Suggestion | undefined): boolean {
  return suggestion?.pattern !== undefined && suggestion.read === suggestion.images;
}

function below(location: string, folder: string): string {
  return joinPath(location.replace(/\/+$/, "") || "/", folder);
}

/** The folders of plates, and whether all folders were looked into. */
async function platesIn(
  pw: Platewright,
  location: string,
  backend: StorageBackend,
): Promise<{ readonly plates: readonly string[]; readonly all: boolean }> {
  const folders: string[] = [];
  // A folder for each well is one plate.
  for await (const { path, kind } of backend.list(""))
    if (kind === "folder" && !parseWell(baseName(path))) folders.push(below(location, baseName(path)));
  const plates: string[] = [];
  for (const folder of folders.slice(0, mostFolders)) if (await isPlate(pw, folder)) plates.push(folder);
  return { plates, all: folders.length <= mostFolders };
}

/** Whether a layout claims a folder. */
async function isPlate(pw: Platewright, folder: string): Promise<boolean> {
  const inner = await pw.storages.get("disk")?.open(folder, { readOnly: true });
  if (inner === undefined) return false;
  for (const layout of pw.layouts) if ((await layout.detect(inner)) !== undefined) return true;
  return false;
}
