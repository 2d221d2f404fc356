import type { PlateLayout } from "@platewright/core";
import { imageXpress } from "./imagexpress/imagexpress.ts";
import { omeZarr } from "./ome-zarr/ome-zarr.ts";
import { operaPhenix } from "./opera-phenix/opera-phenix.ts";

/** All layouts that are found by their own files, for `createPlatewright(...microscopes())`. */
export function microscopes(): PlateLayout[] {
  return [imageXpress(), operaPhenix(), omeZarr()];
}
