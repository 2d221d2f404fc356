import type { HostArray } from "@platewright/core";
import type { Canvas, Colour } from "./canvas.ts";

/** What is drawn of one site: the projections of both channels, and the label image of the counted cells. */
export interface FieldImages {
  readonly channels: readonly HostArray[];
  readonly labels: HostArray;
}

/** The colours of the channels: nuclei, cytoplasm. */
export const channelColours: readonly Colour[] = [
  [56, 184, 255],
  [255, 138, 30],
];

/** The colour of the outlines of counted cells. */
export const outlineColour: Colour = [245, 250, 255];

/**
 * Draws a site at half its size: the channels in their colours, added as light adds, and a thin outline around each
 * counted cell.
 */
export function drawField(
  canvas: Canvas,
  left: number,
  top: number,
  { channels, labels }: FieldImages,
): void {
  const [height = 0, width = 0] = labels.shape;
  const lights = channels.map(({ data }) => ({ data, ...rangeOf(data as Uint16Array) }));
  for (let y = 0; y < height >> 1; y++) {
    for (let x = 0; x < width >> 1; x++) {
      const at = 2 * y * width + 2 * x;
      const colour: [number, number, number] = [10, 12, 18];
      for (const [channel, { data, black, white }] of lights.entries()) {
        const light = Math.max(0, (sumOf(data, at, width) / 4 - black) / (white - black)) ** 0.85;
        const tint = channelColours[channel] ?? outlineColour;
        for (let i = 0; i < 3; i++)
          colour[i] = Math.min(255, (colour[i] as number) + light * (tint[i] as number));
      }
      canvas.dot(left + x, top + y, colour);
      if (isOutline(labels.data, at, width, height)) canvas.dot(left + x, top + y, outlineColour, 0.75);
    }
  }
}

/** The sum of a block of 2 × 2 pixels. */
function sumOf(data: ArrayLike<number>, at: number, width: number): number {
  return (
    (data[at] as number) +
    (data[at + 1] as number) +
    (data[at + width] as number) +
    (data[at + width + 1] as number)
  );
}

/** The grey values that become black (the median, which is background) and white (99.8 % of the pixels are darker). */
function rangeOf(data: Uint16Array): { readonly black: number; readonly white: number } {
  const counts = new Uint32Array(65536);
  for (const value of data) counts[value] = (counts[value] as number) + 1;
  const levelOf = (share: number): number => {
    let below = 0;
    let level = 0;
    while (level < 65535 && below + (counts[level] as number) <= data.length * share) {
      below += counts[level++] as number;
    }
    return level;
  };
  const black = levelOf(0.5);
  return { black, white: Math.max(levelOf(0.998), black + 1) };
}

/** Whether a cell ends between this block and the one to its right or below. */
function isOutline(labels: ArrayLike<number>, at: number, width: number, height: number): boolean {
  const own = labels[at] as number;
  const isLastColumn = at % width >= width - 2;
  const isLastRow = at >= (height - 2) * width;
  return (!isLastColumn && labels[at + 2] !== own) || (!isLastRow && labels[at + 2 * width] !== own);
}
