import { createHostArray } from "@platewright/core";
import { disk } from "@platewright/vfs-disk";

/** A plate to be made; what is left out is 1. */
export interface MadePlate {
  readonly wells: readonly string[];
  readonly sites?: number;
  readonly channels?: number;
  readonly planes?: number;
  /** Length of a side, pixels. */
  readonly size?: number;
}

/** The path of an image in a plate that was made. */
export function imagePath(well: string, site = 1, channel = 1, plane = 1): string {
  return `TimePoint_1/ZStep_${plane}/made_${well}_s${site}_w${channel}.TIF`;
}

/** Writes a plate in the layout of ImageXpress: on each image as many bright squares as its well's column says, brighter with z. */
export async function makePlate(
  folder: string,
  { wells, sites = 1, channels = 1, planes = 1, size = 32 }: MadePlate,
): Promise<void> {
  const storage = await disk().open(folder);
  for (const well of wells) {
    for (let site = 1; site <= sites; site++) {
      for (let channel = 1; channel <= channels; channel++) {
        for (let plane = 1; plane <= planes; plane++) {
          const image = drawSquares(Number(well.slice(1)), size, plane);
          await storage.writeArray?.(imagePath(well, site, channel, plane), image, {
            pixelSize: { x: 0.5, y: 0.5 },
          });
        }
      }
    }
  }
}

function drawSquares(count: number, size: number, plane: number): ReturnType<typeof createHostArray> {
  const image = createHostArray([size, size], "uint16");
  const data = image.data as Uint16Array;
  // A little noise, so that images don't compress to nothing.
  let seed = count + 1;
  for (let i = 0; i < data.length; i++) {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    data[i] = 100 + (seed >>> 26);
  }
  for (let i = 0; i < count; i++) {
    const [top, left] = [3 + 10 * Math.floor(i / 3), 3 + 10 * (i % 3)];
    for (let y = top; y < top + 5; y++)
      for (let x = left; x < left + 5; x++) data[y * size + x] = 2000 + 10 * plane;
  }
  return image;
}
