import { PlatewrightError } from "../errors.ts";
import { compareKeys, components, keyText } from "./image-key.ts";
import type { PlateImage, PlateIndex, PlateLayout } from "./plate-layout.ts";

const lists = ["wells", "images", "projections", "missing", "notes"] as const;

/**
 * Holds what a layout found to what an index promises, and returns it. Throws "plate", naming the layout, where a list is
 * missing, a key is no text, an image is there twice or out of order, or is of a well that `wells` does not name.
 */
export function checkIndex(index: PlateIndex, { name }: PlateLayout): PlateIndex {
  const fail = (sentence: string): never => {
    throw new PlatewrightError("plate", `The layout "${name}" ${sentence}`, { layout: name });
  };
  if (typeof index !== "object" || index === null) return fail(`gives ${String(index)} for an index.`);
  for (const list of lists)
    if (!Array.isArray(index[list]))
      fail(`gives an index without a list of ${list}. Give one, empty where there is nothing to list.`);
  const wells = new Set(index.wells);
  let before: PlateImage | undefined;
  for (const image of index.images) {
    const wrong = (["well", ...components] as const).find((key) => typeof image[key] !== "string");
    if (wrong !== undefined)
      fail(
        `gives "${image.path}" the ${wrong} ${String(image[wrong])} of type ${typeof image[wrong]}. Give a text, such as "1".`,
      );
    if (!wells.has(image.well))
      fail(
        `has an image of the well ${image.well}, "${image.path}", which its wells do not name. Name it there.`,
      );
    const order = before === undefined ? -1 : compareKeys(before, image);
    if (order === 0)
      fail(`gives the image ${keyText(image)} twice: "${before?.path}" and "${image.path}". Give each once.`);
    if (order > 0) fail(`gives "${before?.path}" before "${image.path}". Sort the images with compareKeys.`);
    before = image;
  }
  return index;
}
