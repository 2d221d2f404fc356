import { viewOf } from "../../memory/dtype.ts";
import { createHostArray, type HostArray, sizeOf } from "../../memory/host-array.ts";
import { hostPool } from "../../memory/host-pool.ts";

/** A part of a stack: slices from … to, and a rectangle of them; `to` is exclusive. */
export interface Tile {
  readonly z: Span;
  readonly y: Span;
  readonly x: Span;
}

/** From here to there, the end exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How long a span is. */
export function lengthOf({ from, to }: Span): number {
  return to - from;
}

/** Cuts a length into so many spans of nearly equal length; fewer where it is too short. */
export function cutSpan(length: number, parts: number): readonly Span[] {
  const count = Math.max(1, Math.min(parts, length));
  return Array.from({ length: count }, (_, i) => ({
    from: Math.floor((i * length) / count),
    to: Math.floor(((i + 1) * length) / count),
  }));
}

/** A span with a margin on both sides, as far as there is something. */
export function widen({ from, to }: Span, margin: number, length: number): Span {
  return { from: Math.max(0, from - margin), to: Math.min(length, to + margin) };
}

/** The pixels of a tile: a view where it is whole slices, else a copy. */
export function readTile({ shape, dtype, data }: HostArray, { z, y, x }: Tile): HostArray {
  const [, height = 0, width = 0] = shape;
  const tall = y.to - y.from;
  const wide = x.to - x.from;
  const tileShape = [z.to - z.from, tall, wide];
  if (tall === height && wide === width) {
    const start = data.byteOffset + z.from * height * width * data.BYTES_PER_ELEMENT;
    return createHostArray(tileShape, dtype, viewOf(dtype, data.buffer, start, sizeOf(tileShape)));
  }
  const tile = hostPool.allocate(tileShape, dtype);
  for (let slice = z.from; slice < z.to; slice++) {
    for (let row = y.from; row < y.to; row++) {
      const from = (slice * height + row) * width + x.from;
      const at = ((slice - z.from) * tall + (row - y.from)) * wide;
      tile.data.set(data.subarray(from, from + wide) as never, at);
    }
  }
  return tile;
}

/** Writes a tile's pixels, without the margin that was read with it, where they belong in a stack of as many slices. */
export function writeTile(target: HostArray, tile: HostArray, read: Tile, kept: Tile): void {
  const [, height = 0, width = 0] = target.shape;
  const [depth = 0, tall = 0, wide = 0] = tile.shape;
  const length = kept.x.to - kept.x.from;
  for (let slice = 0; slice < depth; slice++) {
    for (let row = kept.y.from; row < kept.y.to; row++) {
      const from = (slice * tall + row - read.y.from) * wide + kept.x.from - read.x.from;
      const at = ((kept.z.from + slice) * height + row) * width + kept.x.from;
      target.data.set(tile.data.subarray(from, from + length) as never, at);
    }
  }
}
