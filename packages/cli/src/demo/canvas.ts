import { encode } from "fast-png";
import { glyphHeight, glyphWidth, isDot } from "./glyphs.ts";

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A picture to draw on; positions in pixels from the top left. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Mixes a colour into a pixel; `share` 1 covers it. Outside the picture nothing happens. */
  dot(x: number, y: number, colour: Colour, share?: number): void;
  box(x: number, y: number, width: number, height: number, colour: Colour): void;
  /** Writes a line of text whose dots have `scale` pixels, `share` of it (0 by default) to the left of x; returns its width. */
  text(x: number, y: number, words: string, colour: Colour, scale: number, share?: number): number;
  toPng(): Uint8Array;
}

/** Makes a picture of one colour. */
export function createCanvas(width: number, height: number, ground: Colour): Canvas {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at++) data[at] = ground[at % 3] as number;
  const dot: Canvas["dot"] = (x, y, colour, share = 1) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = (y * width + x) * 3;
    for (let i = 0; i < 3; i++) {
      const before = data[at + i] as number;
      data[at + i] = Math.round(before + ((colour[i] as number) - before) * share);
    }
  };
  const box: Canvas["box"] = (left, top, boxWidth, boxHeight, colour) => {
    for (let y = top; y < top + boxHeight; y++)
      for (let x = left; x < left + boxWidth; x++) dot(x, y, colour);
  };
  return {
    width,
    height,
    dot,
    box,
    text(x, top, words, colour, scale, share = 0) {
      const length = Math.max(0, words.length * (glyphWidth + 1) - 1) * scale;
      const left = Math.round(x - share * length);
      for (const [i, character] of [...words].entries()) {
        for (let row = 0; row < glyphHeight; row++) {
          for (let column = 0; column < glyphWidth; column++) {
            if (!isDot(character, row, column)) continue;
            box(left + (i * (glyphWidth + 1) + column) * scale, top + row * scale, scale, scale, colour);
          }
        }
      }
      return length;
    },
    toPng: () => encode({ width, height, depth: 8, channels: 3, data }),
  };
}
