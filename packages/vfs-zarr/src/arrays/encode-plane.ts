import { type DType, storedBytesPerElement, type TypedArray, toStored } from "@platewright/core";
import { type Codec, encodeChunk } from "../codecs/encode-chunk.ts";

/** Chunks hold one plane, or a part of it of this many pixels a side where the plane is larger. */
const largestWhole = 2048;
const tile = 1024;

/**
 * [Y, X] of the chunks of a plane: the whole plane up to 2048 × 2048, beyond that tiles of 1024 × 1024; or tiles of
 * `side` × `side` pixels at most.
 */
export function chunkOfPlane(
  [height, width]: readonly [number, number],
  side?: number,
): readonly [number, number] {
  if (side !== undefined) return [Math.max(1, Math.min(height, side)), Math.max(1, Math.min(width, side))];
  if (height <= largestWhole && width <= largestWhole) return [Math.max(1, height), Math.max(1, width)];
  return [Math.min(height, tile), Math.min(width, tile)];
}

/** One encoded chunk and where it lies in the plane, counted in chunks. */
export interface EncodedChunk {
  readonly row: number;
  readonly column: number;
  readonly bytes: Uint8Array;
}

/** Encodes a [Y, X] plane chunk after chunk; those at the edges are filled up with zeros, as Zarr has it. */
export async function* encodePlane(
  data: TypedArray,
  [height, width]: readonly [number, number],
  [chunkHeight, chunkWidth]: readonly [number, number],
  { dtype, codec }: { readonly dtype: DType; readonly codec: Codec },
): AsyncGenerator<EncodedChunk, void, undefined> {
  const size = storedBytesPerElement(dtype);
  const stored = toStored(dtype, data);
  const all = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  const cut = (top: number, left: number): Uint8Array => {
    const values = new Uint8Array(chunkHeight * chunkWidth * size);
    const columns = Math.min(chunkWidth, width - left);
    const rows = Math.min(chunkHeight, height - top);
    for (let y = 0; y < rows; y += 1) {
      const from = ((top + y) * width + left) * size;
      values.set(all.subarray(from, from + columns * size), y * chunkWidth * size);
    }
    return values;
  };
  const isWhole = chunkHeight === height && chunkWidth === width;
  for (let row = 0; row * chunkHeight < height; row += 1) {
    for (let column = 0; column * chunkWidth < width; column += 1) {
      const values = isWhole ? all : cut(row * chunkHeight, column * chunkWidth);
      yield { row, column, bytes: await encodeChunk(values, size, codec) };
    }
  }
}
