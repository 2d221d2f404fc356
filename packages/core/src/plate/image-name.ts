import type { ImageKey } from "./image-key.ts";

/** The file name of an image in results: `A01_s001_w1_z001_t001.tif`, numbers padded so that names sort as images do. */
export function imageName({ well, site, channel, z, timepoint }: ImageKey, ending = "tif"): string {
  return `${well}_s${pad(site)}_w${channel}_z${pad(z)}_t${pad(timepoint)}.${ending}`;
}

/** Whether a file has the name of an image in results. */
export function isImageName(name: string): boolean {
  return /^[A-Z]{1,2}\d+_s[^_]+_w[^_]+_z[^_]+_t[^_]+\.tif$/.test(name);
}

/** The well of a file in results that is kept for one group of images, by its name; `undefined` for other files. */
export function wellOfFile(name: string): string | undefined {
  return /^([A-Z]{1,2}\d+)_s[^_]+_w[^_]+_z[^_]+_t[^_]+\.(tif|zip|zarr)$/.exec(name)?.[1];
}

function pad(value: string): string {
  return value.padStart(3, "0");
}
