import { createPlatewright, type ImageKey, type Plate } from "@platewright/core";
import { microscopes } from "@platewright/microscopes";
import { disk } from "@platewright/vfs-disk";
import { type PlateDeclaration, type PlateStore, zarr } from "../src/index.ts";
import { imageOf, keysOf } from "./images.ts";

/** A small plate: 3 wells, 2 sites, 2 channels, 2 z planes. */
export const smallPlate: PlateDeclaration = {
  name: "small",
  wells: ["A01", "B03", "H12"],
  sites: ["1", "3"],
  timepoints: ["1"],
  channels: [
    { value: "1", name: "DAPI", color: "0000FF" },
    { value: "2", name: "GFP" },
  ],
  z: ["1", "2"],
  pixelSize: { x: 0.65, y: 0.65, z: 2 },
};

/** Opens the plate in a location by its own metadata, as a user would. */
export async function openAsPlate(location: string): Promise<Plate> {
  return await createPlatewright(disk(), zarr(), ...microscopes()).openPlate(location);
}

/** Declares a plate in a folder. */
export async function declareIn(
  folder: string,
  declaration: PlateDeclaration,
  overwrite = false,
): Promise<PlateStore> {
  const { declarePlate } = await zarr().open(folder);
  if (!declarePlate) throw new Error("The folder can't be written.");
  return await declarePlate("", declaration, { overwrite });
}

/** Joins in writing a plate that was declared in a folder. */
export async function joinIn(folder: string): Promise<PlateStore> {
  const { joinPlate } = await zarr().open(folder);
  if (!joinPlate) throw new Error("The folder can't be written.");
  return await joinPlate("");
}

/** Writes wells of a plate, each image by its key, and finishes them. */
export async function writeWells(
  store: PlateStore,
  wells: readonly string[],
  shape: readonly [number, number] = [300, 280],
  pick: (key: ImageKey) => boolean = () => true,
): Promise<void> {
  for (const well of wells) {
    for (const key of keysOf({ ...store.declaration, wells: [well] })) {
      if (pick(key)) await store.writePlane(key, imageOf(key, shape));
    }
    await store.finishWell(well);
  }
}

/** Reads every image of a plate and compares it with what was written; answers how many. */
export async function compareImages(
  plate: Plate,
  shape: readonly [number, number] = [300, 280],
): Promise<number> {
  for (const { path, plane, ...key } of plate.index.images) {
    const read = await plate.backend.readArray?.(path, { plane });
    const { well, timepoint, site, channel, z } = key;
    const written = imageOf({ well, timepoint, site, channel, z }, shape);
    if (!read || Buffer.compare(bytesOf(read.data), bytesOf(written.data)) !== 0)
      throw new Error(`The image ${JSON.stringify(key)} is not what was written.`);
  }
  return plate.index.images.length;
}

function bytesOf(data: ArrayBufferView): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
