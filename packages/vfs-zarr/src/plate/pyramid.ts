import {
  createTypedArray,
  type DType,
  roundHalfToEven,
  roundToFloat16,
  type TypedArray,
} from "@platewright/core";

/** How a level is made from the one above: the mean of 2 × 2 pixels, or, for labels and masks, the first of them. */
export type Reduction = "mean" | "nearest";

const smallest = 256;

/** [Y, X] of the levels of a plane: halved, rounded up, until no side is longer than 256 pixels. The first is the plane itself. */
export function levelShapes(shape: readonly [number, number]): readonly (readonly [number, number])[] {
  const shapes: (readonly [number, number])[] = [shape];
  let [height, width] = shape;
  while (Math.max(height, width) > smallest) {
    height = Math.ceil(height / 2);
    width = Math.ceil(width / 2);
    shapes.push([height, width]);
  }
  return shapes;
}

/**
 * The next level of a [Y, X] plane. `"mean"`: the mean of the 2 × 2 pixels, of the two or the one that there are at an
 * odd edge; in whole numbers rounded to the nearest, halves to the even one; in floats ((a + b) + (c + d)) / 4 in double
 * precision, rows first. `"nearest"`: the pixel of even row and column.
 */
export function reducePlane(
  data: TypedArray,
  [height, width]: readonly [number, number],
  dtype: DType,
  reduction: Reduction,
): TypedArray {
  const columns = Math.ceil(width / 2);
  const reduced = createTypedArray(dtype, Math.ceil(height / 2) * columns);
  if (reduction === "nearest" || dtype === "bool") pickPixels(data, reduced, width, columns);
  else if (data.BYTES_PER_ELEMENT <= 2) averageSmall(data, reduced, height, width);
  else average(data, reduced, height, width, roundingOf(dtype));
  return reduced;
}

function pickPixels(data: TypedArray, reduced: TypedArray, width: number, columns: number): void {
  for (let i = 0, row = 0; i < reduced.length; row += 2 * width)
    for (let x = 0; x < columns; x += 1) reduced[i++] = data[row + 2 * x] as number;
}

/** Sums of four values of 16 bits fit 32, in which shifts round: (s + 1 + bit 2 of s) >> 2 is s / 4, halves to even. */
function averageSmall(data: TypedArray, reduced: TypedArray, height: number, width: number): void {
  const pairs = width >> 1;
  let i = 0;
  for (let y = 0; y < height; y += 2) {
    let a = y * width;
    const last = y + 1 === height;
    let b = last ? a : a + width;
    for (let x = 0; x < pairs; x += 1, a += 2, b += 2) {
      const s = (data[a] as number) + (data[a + 1] as number) + (data[b] as number) + (data[b + 1] as number);
      reduced[i++] = (s + 1 + ((s >> 2) & 1)) >> 2;
    }
    if (width & 1) {
      const s = (data[a] as number) + (data[b] as number);
      reduced[i++] = (s + ((s >> 1) & 1)) >> 1;
    }
  }
}

function average(
  data: TypedArray,
  reduced: TypedArray,
  height: number,
  width: number,
  round: (value: number) => number,
): void {
  let i = 0;
  for (let y = 0; y < height; y += 2) {
    const a = y * width;
    const b = y + 1 === height ? undefined : a + width;
    for (let x = 0; x < width; x += 2) {
      const single = x + 1 === width;
      const upper = (data[a + x] as number) + (single ? 0 : (data[a + x + 1] as number));
      const count = single ? 1 : 2;
      if (b === undefined) {
        reduced[i++] = round(upper / count);
        continue;
      }
      const lower = (data[b + x] as number) + (single ? 0 : (data[b + x + 1] as number));
      reduced[i++] = round((upper + lower) / (2 * count));
    }
  }
}

function roundingOf(dtype: DType): (value: number) => number {
  if (dtype === "float16") return roundToFloat16;
  return dtype.startsWith("float") ? (value) => value : roundHalfToEven;
}

/** The least and the greatest value of a plane; NaN does not count. */
export function rangeOf(data: TypedArray): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
