import { neutral, pick } from "./order";

// The 16 bytes that begin so many bytes into `a`, going on into `next`.
function skip1(a: v128, next: v128): v128 {
  return i8x16.shuffle(a, next, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
}

function skip2(a: v128, next: v128): v128 {
  return i8x16.shuffle(a, next, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
}

function skip4(a: v128, next: v128): v128 {
  return i8x16.shuffle(a, next, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
}

function skip8(a: v128, next: v128): v128 {
  return i8x16.shuffle(a, next, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
}

/**
 * Replaces each pixel of a line by the extremum of the 16 that begin with it. From right to left, so that all that a
 * vector needs of its right neighbour is still in registers. What reaches past the line is undefined.
 */
export function widenTo16<T, K>(line: usize, bytes: usize): void {
  let one = neutral<T, K>();
  let two = one;
  let four = one;
  let eight = one;
  let after = one;
  for (let p = line + ((bytes - 1) & ~15); p >= line; p -= 16) {
    const a = v128.load(p);
    if (sizeof<T>() == 1) {
      const b = pick<T, K>(a, skip1(a, one));
      const c = pick<T, K>(b, skip2(b, two));
      const d = pick<T, K>(c, skip4(c, four));
      v128.store(p, pick<T, K>(d, skip8(d, eight)));
      one = a;
      two = b;
      four = c;
      eight = d;
    } else if (sizeof<T>() == 2) {
      const b = pick<T, K>(a, skip2(a, one));
      const c = pick<T, K>(b, skip4(b, two));
      const d = pick<T, K>(c, skip8(c, four));
      v128.store(p, pick<T, K>(d, eight));
      one = a;
      two = b;
      four = c;
      eight = d;
    } else {
      const b = pick<T, K>(a, skip4(a, one));
      const c = pick<T, K>(b, skip8(b, two));
      const d = pick<T, K>(c, four);
      v128.store(p, pick<T, K>(d, after));
      one = a;
      two = b;
      four = c;
      after = eight;
      eight = d;
    }
  }
}
