import { isPlatewrightError } from "@platewright/core";
import { compareImages, declareIn, openAsPlate, smallPlate, writeWells } from "../plates.ts";

// fill-disk <folder>: writes a well that fits and one that does not, takes that back, and reads the plate.
const [folder = ""] = process.argv.slice(2);
const store = await declareIn(folder, { ...smallPlate, wells: ["A01", "B01"], sites: ["1"], codec: "none" });
await writeWells(store, ["A01"], [90, 70]);
const failed = await writeWells(store, ["B01"], [600, 600]).catch((error: unknown) => error);
await store.removeWell("B01");
const wells = await store.finish();
const images = await compareImages(await openAsPlate(folder), [90, 70]);
if (isPlatewrightError(failed)) {
  const { code, message } = failed;
  console.log(JSON.stringify({ code, message, wells, images }));
}
