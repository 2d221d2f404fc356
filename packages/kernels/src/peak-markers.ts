import { createSortRoom, highestFirst, type SortRoom } from "./highest-first.ts";
import { allocate, checkLength, checkSlice, type Pixels, type Slice } from "./pixels.ts";

/** Which peaks become markers. */
export interface PeakMarkersOptions {
  /** Only pixels that are not zero here take part, same shape. Default: all. */
  readonly mask?: Pixels;
  /** A peak needs to rise at least this much above the pass to a higher peak, in units of the pixels. Default: 0. */
  readonly h?: number;
}

/**
 * Marks the peaks of an image: each 8-connected regional maximum whose dynamic (its height above the highest pass to a
 * higher peak) is at least `h`; the highest peak of a component of the mask always. One pixel a peak, numbered from 1 in raster order in `out`, 0 elsewhere. Returns how many.
 * Source: M. Grimaud, Proc. SPIE 1769 (1992), dynamics; found by joining pixels from the highest down.
 */
export function peakMarkers(image: Slice, out: Int32Array, options: PeakMarkersOptions = {}): number {
  return markPeaks(image, out, options, { parent: allocate(Int32Array, image.data.length) });
}

/** What marking the peaks of images takes, one after the other, beside the images themselves. */
export interface PeakRoom {
  readonly parent: Int32Array;
  readonly sort?: SortRoom;
}

/** Makes room to mark the peaks of images of up to so many pixels in. */
export function createPeakRoom(length: number): PeakRoom {
  return { parent: allocate(Int32Array, length), sort: createSortRoom(length) };
}

/** `peakMarkers` in memory that is given. */
export function markPeaks(
  image: Slice,
  out: Int32Array,
  options: PeakMarkersOptions,
  room: PeakRoom,
): number {
  checkSlice("peakMarkers", image);
  const { data, width, height } = image;
  checkLength("peakMarkers", "out", out, data.length);
  const { mask, h = 0 } = options;
  if (mask) checkLength("peakMarkers", "mask", mask, data.length);

  const order = highestFirst(data, mask, room.sort);
  // parent[p] is a pixel of the same component, or -1 before p is reached. A root is its component's highest peak.
  const parent = room.parent.fill(-1, 0, data.length);
  const root = (pixel: number): number => {
    let at = pixel;
    while (parent[at] !== at) {
      const up = parent[at] as number;
      parent[at] = parent[up] as number;
      at = parent[at] as number;
    }
    return at;
  };
  out.fill(0);
  for (const at of order) {
    const level = data[at] as number;
    parent[at] = at;
    const y = Math.floor(at / width);
    const x = at - y * width;
    for (let ny = Math.max(y - 1, 0); ny <= Math.min(y + 1, height - 1); ny++)
      for (let nx = Math.max(x - 1, 0); nx <= Math.min(x + 1, width - 1); nx++) {
        const neighbour = ny * width + nx;
        if (neighbour === at || parent[neighbour] === -1) continue;
        const mine = root(at);
        const theirs = root(neighbour);
        if (mine === theirs) continue;
        const isMineHigher = isHigher(data, mine, theirs);
        const low = isMineHigher ? theirs : mine;
        const peak = data[low] as number;
        if (peak > level && peak - level >= h) out[low] = 1;
        parent[low] = isMineHigher ? mine : theirs;
      }
  }
  let count = 0;
  for (let at = 0; at < out.length; at++) if (out[at] !== 0 || parent[at] === at) out[at] = ++count;
  return count;
}

function isHigher(data: Pixels, a: number, b: number): boolean {
  const va = data[a] as number;
  const vb = data[b] as number;
  return va !== vb ? va > vb : a < b;
}
