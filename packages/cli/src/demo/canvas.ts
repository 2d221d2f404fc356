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
  /** Writes a line of text whose dots have `scale` pixels, and returns its width. */
  text(x: number, y: number, words: string, colour: Colour, scale: number): number;
  toPng(): Uint8Array;
}

/** The width of a line of text, in pixels. */
export function textWidth(words: string, scale: number): number {
  return Math.max(0, words.length * (glyphWidth + 1) - 1) * scale;
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
    text(left, top, words, colour, scale) {
      for (const [i, character] of [...words].entries()) {
        for (let row = 0; row < glyphHeight; row++) {
          for (let column = 0; column < glyphWidth; column++) {
            if (!isDot(character, row, column)) continue;
            box(left + (i * (glyphWidth + 1) + column) * scale, top + row * scale, scale, scale, colour);
          }
        }
      }
      return textWidth(words, scale);
    },
    toPng: () => encode({ width, height, depth: 8, channels: 3, data }),
  };
}
