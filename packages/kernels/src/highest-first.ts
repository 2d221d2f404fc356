import { allocate, type Pixels } from "./pixels.ts";

/** Room to sort up to `length` pixels in, for many small images one after the other. */
export interface SortRoom {
  readonly indices: Int32Array;
  readonly others: Int32Array;
  readonly keys: Uint32Array;
  readonly spare: Uint32Array;
}

/** Makes room to sort up to so many pixels in. */
export function createSortRoom(length: number): SortRoom {
  return {
    indices: allocate(Int32Array, length),
    others: allocate(Int32Array, length),
    keys: allocate(Uint32Array, length),
    spare: allocate(Uint32Array, length),
  };
}

/**
 * The indices of the pixels that are not zero in `mask` (default: all), by value from the highest down and then by
 * position. A stable radix sort of the bits where float32 holds every value exactly; few pixels, and other values, are
 * compared. With `room` the answer lies there.
 */
export function highestFirst(data: Pixels, mask: Pixels | undefined, room?: SortRoom): Int32Array {
  let count = 0;
  const indices = room?.indices ?? allocate(Int32Array, data.length);
  for (let at = 0; at < data.length; at++) if (mask?.[at] !== 0) indices[count++] = at;
  const inside = indices.subarray(0, count);
  if (count <= FEW) return insertionSort(inside, data);
  if (data instanceof Float64Array || data instanceof Int32Array || data instanceof Uint32Array)
    return inside.sort((a, b) => (data[b] as number) - (data[a] as number) || a - b);
  return radixSort(inside, data, room ?? createSortRoom(count));
}

// For so many pixels the tables of a radix sort take longer than comparing.
const FEW = 48;

function insertionSort(indices: Int32Array, data: Pixels): Int32Array {
  for (let i = 1; i < indices.length; i++) {
    const index = indices[i] as number;
    const value = data[index] as number;
    let to = i;
    for (; to > 0 && (data[indices[to - 1] as number] as number) < value; to--)
      indices[to] = indices[to - 1] as number;
    indices[to] = index;
  }
  return indices;
}

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

function radixSort(indices: Int32Array, data: Pixels, room: SortRoom): Int32Array {
  let keys = room.keys.subarray(0, indices.length);
  let spare = room.spare.subarray(0, indices.length);
  const values = new Float32Array(keys.buffer, 0, indices.length);
  // Adding zero turns -0 into 0, which sorts with it.
  for (let i = 0; i < indices.length; i++) values[i] = (data[indices[i] as number] as number) + 0;
  // Positive floats grow with their bits and negative ones shrink; this order runs the other way.
  for (let i = 0; i < keys.length; i++) {
    const bits = keys[i] as number;
    keys[i] = bits & 0x80000000 ? bits : ~bits & 0x7fffffff;
  }
  let from = indices;
  let to = room.others.subarray(0, indices.length);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    const starts = new Uint32Array(DIGITS + 1);
    for (let i = 0; i < keys.length; i++) {
      const digit = ((keys[i] as number) >>> shift) & (DIGITS - 1);
      starts[digit + 1] = (starts[digit + 1] as number) + 1;
    }
    for (let digit = 0; digit < DIGITS; digit++)
      starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as number;
      const digit = (key >>> shift) & (DIGITS - 1);
      const at = starts[digit] as number;
      starts[digit] = at + 1;
      spare[at] = key;
      to[at] = from[i] as number;
    }
    [keys, spare] = [spare, keys];
    [from, to] = [to, from];
  }
  return from;
}
