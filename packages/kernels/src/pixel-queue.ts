import { allocate, type Pixels } from "./pixels.ts";

/** A priority queue of pixels: lowest value first, then lowest age. */
export interface PixelQueue {
  size(): number;
  push(pixel: number, age: number): void;
  /** Takes the first pixel out; the queue must not be empty. */
  pop(): number;
}

/**
 * A binary heap over the pixels of an image. Entries of equal value and age leave in the order that scikit-image's heap
 * gives them, which its watershed labels depend on: the same sift rules, children left before right.
 */
export function createPixelQueue(values: Pixels): PixelQueue {
  let capacity = 1024;
  let size = 0;
  let keys = new Float64Array(capacity);
  let ages = new Int32Array(capacity);
  let pixels = new Int32Array(capacity);

  const grow = (): void => {
    capacity *= 2;
    const [oldKeys, oldAges, oldPixels] = [keys, ages, pixels];
    keys = allocate(Float64Array, capacity);
    ages = allocate(Int32Array, capacity);
    pixels = allocate(Int32Array, capacity);
    keys.set(oldKeys);
    ages.set(oldAges);
    pixels.set(oldPixels);
  };
  const isBefore = (key: number, age: number, other: number): boolean => {
    const otherKey = keys[other] as number;
    return key !== otherKey ? key < otherKey : age < (ages[other] as number);
  };
  const isAfter = (key: number, age: number, other: number): boolean => {
    const otherKey = keys[other] as number;
    return key !== otherKey ? key > otherKey : age > (ages[other] as number);
  };
  const put = (at: number, key: number, age: number, pixel: number): void => {
    keys[at] = key;
    ages[at] = age;
    pixels[at] = pixel;
  };
  const move = (from: number, to: number): void =>
    put(to, keys[from] as number, ages[from] as number, pixels[from] as number);

  return {
    size: () => size,
    push(pixel, age) {
      if (size === capacity) grow();
      const key = values[pixel] as number;
      let at = size++;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!isBefore(key, age, parent)) break;
        move(parent, at);
        at = parent;
      }
      put(at, key, age, pixel);
    },
    pop() {
      const first = pixels[0] as number;
      size--;
      const key = keys[size] as number;
      const age = ages[size] as number;
      const pixel = pixels[size] as number;
      let at = 0;
      for (;;) {
        const left = at * 2 + 1;
        if (left >= size) break;
        const right = left + 1;
        // scikit-image's rule: the left child if it is before the entry, then the right if before the better of the two.
        let child = isAfter(key, age, left) ? left : -1;
        const isRightFirst =
          right < size &&
          (child < 0 ? isAfter(key, age, right) : isAfter(keys[left] as number, ages[left] as number, right));
        if (isRightFirst) child = right;
        if (child < 0) break;
        move(child, at);
        at = child;
      }
      put(at, key, age, pixel);
      return first;
    },
  };
}
