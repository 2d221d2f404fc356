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

/** What to do about a folder that no layout claims: the plates that lie in it, or the pattern of its names. */
export async function unknownPlateError(
  pw: Platewright,
  location: string,
  backend: StorageBackend,
  cause: PlatewrightError,
): Promise<PlatewrightError> {
  const names = pw.layouts.map(({ name }) => name).join(", ");
  const fail = (sentence: string): PlatewrightError =>
    new PlatewrightError("plate", `"${location}" is a plate of no known layout (${names}). ${sentence}`, {
      ...cause.details,
      cause,
    });
  const plates = await platesIn(pw, location, backend);
  const suggestion = await suggestPattern(backend);
  // Folders such as "Z001" and "Z002" look like plates, and are the planes of one.
  const isOne = plates.every((plate) => numbersPartOfPlate(baseName(plate))) && readsAll(suggestion);
  if (plates.length > 0 && !isOne) {
    const named = plates.slice(0, mostNamed).map((plate) => `"${plate}"`);
    const more = plates.length > mostNamed ? ` and ${plates.length - mostNamed} more` : "";
    const what = plates.length === 1 ? "A plate lies in it" : `${plates.length} plates lie in it`;
    return fail(`${what}: ${named.join(", ")}${more}. Give the folder of one.`);
  }
  if (!suggestion) {
    const foreign = await foreignImage(backend);
    return fail(
      foreign === undefined
        ? "It holds no image (TIFF, PNG or NPY). Give the folder that holds the plate."
        : `It holds images such as "${foreign}", which are not read. Export them as TIFF, each with its well in its name.`,
    );
  }
  const { example, images, pattern, folder, read = images } = suggestion;
  if (folder !== undefined)
    return fail(
      `One of its images is "${example}". If each of its folders is a plate, give the folder of one, such as "${below(location, folder)}", with --pattern "${pattern}".`,
    );
  const share = read < images ? `, which reads ${read} of ${images} images` : "";
  return fail(
    pattern === undefined
      ? `One of its images is "${example}". Say how they are named with --pattern, such as --pattern "{well}_s{site}_w{channel}.tif".`
      : `One of its images is "${example}". If these are wells, give --pattern "${pattern}"${share}.`,
  );
}

function readsAll(suggestion: Suggestion | undefined): boolean {
  return suggestion?.pattern !== undefined && suggestion.read === suggestion.images;
}

function below(location: string, folder: string): string {
  return joinPath(location.replace(/\/+$/, "") || "/", folder);
}

async function platesIn(
  pw: Platewright,
  location: string,
  backend: StorageBackend,
): Promise<readonly string[]> {
  const folders: string[] = [];
  // A folder for each well is one plate.
  for await (const { path, kind } of backend.list(""))
    if (kind === "folder" && folders.length < mostFolders && !parseWell(baseName(path)))
      folders.push(baseName(path));
  const found: string[] = [];
  for (const folder of folders) {
    const path = below(location, folder);
    const inner = await pw.storages.get("disk")?.open(path, { readOnly: true });
    for (const layout of inner ? pw.layouts : []) {
      if (inner === undefined || (await layout.detect(inner)) === undefined) continue;
      found.push(path);
      break;
    }
  }
  return found;
}
