import { type Canvas, type Colour, createCanvas } from "./canvas.ts";
import { channelColours, drawField, type FieldImages, outlineColour } from "./draw-field.ts";
import { demoPlate } from "./make-plate.ts";
import { countByWell, type FieldCount, sumCounts } from "./read-counts.ts";
import { signed } from "./report.ts";

const ground: Colour = [13, 15, 20];
const panel: Colour = [24, 28, 36];
const bright: Colour = [232, 237, 243];
const dim: Colour = [139, 148, 160];
const good: Colour = [110, 220, 150];
const bad: Colour = [255, 110, 110];

const tile = demoPlate.size / 2;
const padding = 12;
const between = 10;
const caption = 34;
const gap = 20;
const edge = 36;
const head = 104;
const rowLabel = 40;
const columnLabel = 32;
const panelWidth = 2 * padding + demoPlate.sites * tile + (demoPlate.sites - 1) * between;
const panelHeight = 2 * padding + tile + caption + 24;

/** Draws the plate as a contact sheet, a panel for each well with its sites, and gives it as PNG. */
export function drawOverview(
  fields: readonly FieldCount[],
  images: readonly FieldImages[],
  tolerancePercent: number,
): Uint8Array {
  const { rows, columns } = demoPlate;
  const width = 2 * edge + rowLabel + columns * panelWidth + (columns - 1) * gap;
  const height = head + columnLabel + rows * panelHeight + (rows - 1) * gap + edge;
  const canvas = createCanvas(width, height, ground);
  drawHead(canvas, fields);
  const left = edge + rowLabel;
  const top = head + columnLabel;
  for (let column = 0; column < columns; column++) {
    const middle = left + column * (panelWidth + gap) + panelWidth / 2;
    canvas.text(middle, top - columnLabel + 2, String(column + 1), bright, 3, 0.5);
  }
  for (let row = 0; row < rows; row++) {
    const middle = top + row * (panelHeight + gap) + panelHeight / 2;
    canvas.text(edge, Math.round(middle - 10), String.fromCharCode(65 + row), bright, 3);
  }
  for (const [i, [well, sum]] of [...countByWell(fields)].entries()) {
    const x = left + (i % columns) * (panelWidth + gap);
    const y = top + Math.floor(i / columns) * (panelHeight + gap);
    canvas.box(x, y, panelWidth, panelHeight, panel);
    const colour = Math.abs(sum.differencePercent) <= tolerancePercent ? good : bad;
    canvas.text(x + padding, y + padding - 1, well, bright, 2);
    canvas.text(x + panelWidth - padding, y + padding - 1, signed(sum.differencePercent), colour, 2, 1);
    for (const [at, field] of fields.entries()) {
      const pictures = images[at];
      if (field.well !== well || !pictures) continue;
      const fieldLeft = x + padding + (field.site - 1) * (tile + between);
      drawField(canvas, fieldLeft, y + padding + 24, pictures);
      drawCaption(canvas, fieldLeft, y + padding + 24 + tile + 12, field);
    }
  }
  return canvas.toPng();
}

function drawHead(canvas: Canvas, fields: readonly FieldCount[]): void {
  const { planted, counted, differencePercent } = sumCounts(fields);
  canvas.text(edge, 30, "Platewright demo", bright, 4);
  const summary = `${counted} cells counted of ${planted} planted (${signed(differencePercent)})`;
  canvas.text(edge, 72, summary, dim, 2);
  let x = canvas.width - edge;
  const [nuclei = bright, cytoplasm = bright] = channelColours;
  for (const [words, colour] of [
    ["counted", outlineColour],
    ["cytoplasm", cytoplasm],
    ["nuclei", nuclei],
  ] as const) {
    x -= canvas.text(x, 72, words, dim, 2, 1) + 22;
    canvas.box(x, 72, 14, 14, colour);
    if (colour === outlineColour) canvas.box(x + 2, 74, 10, 10, ground);
    x -= 24;
  }
}

function drawCaption(canvas: Canvas, left: number, top: number, { counted, cells }: FieldCount): void {
  const width = canvas.text(left, top, `${counted} counted`, bright, 2);
  canvas.text(left + width + 12, top, `of ${cells}`, dim, 2);
}
