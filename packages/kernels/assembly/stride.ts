// How 16 bytes of a dense row are put together: a term is a mask that picks bytes out of 16, and where these lie (int32).
const TERM: usize = 32;

/**
 * Copies `rows` rows of `bytes` bytes each, whose items lie apart at the source, to `dst`, one row after the other. `starts`
 * holds the address (uint32) of each row's first item; each 16 bytes of a row are put together of `count` terms, the next
 * 16 lie `step` bytes further at the source. Writes up to 63 bytes past the end.
 */
export function gatherRows(
  starts: usize,
  rows: i32,
  bytes: i32,
  step: isize,
  terms: usize,
  count: i32,
  dst: usize,
): void {
  const first = v128.load(terms);
  const second = v128.load(terms + TERM);
  const last = terms + <usize>count * TERM;
  for (let r = 0; r < rows; r++, dst += <usize>bytes) {
    const from = <usize>load<u32>(starts + (<usize>r << 2)) + <usize>load<i32>(terms, 16);
    const end = dst + <usize>bytes;
    if (count == 1) gatherOnes(from, step, first, dst, end);
    else if (count == 2) gatherTwos(from, <usize>(load<i32>(terms, 48) - load<i32>(terms, 16)), step, first, second, dst, end);
    else if (count <= 4) gatherFew(from - <usize>load<i32>(terms, 16), step, terms, dst, end);
    else gatherMany(from - <usize>load<i32>(terms, 16), step, terms, last, dst, end);
  }
}

function gatherOnes(from: usize, step: isize, mask: v128, to: usize, end: usize): void {
  for (; to < end; to += 64, from += 4 * step) {
    const a = v128.load(from);
    const b = v128.load(from + step);
    const c = v128.load(from + 2 * step);
    const d = v128.load(from + 3 * step);
    v128.store(to, v128.swizzle(a, mask));
    v128.store(to, v128.swizzle(b, mask), 16);
    v128.store(to, v128.swizzle(c, mask), 32);
    v128.store(to, v128.swizzle(d, mask), 48);
  }
}

function gatherTwos(
  from: usize,
  apart: usize,
  step: isize,
  one: v128,
  other: v128,
  to: usize,
  end: usize,
): void {
  for (; to < end; to += 32, from += 2 * step) {
    const a = v128.swizzle(v128.load(from), one);
    const b = v128.swizzle(v128.load(from + apart), other);
    const c = v128.swizzle(v128.load(from + step), one);
    const d = v128.swizzle(v128.load(from + step + apart), other);
    v128.store(to, v128.or(a, b));
    v128.store(to, v128.or(c, d), 16);
  }
}

// Three terms are followed by one that picks nothing.
function gatherFew(from: usize, step: isize, terms: usize, to: usize, end: usize): void {
  const one = v128.load(terms);
  const two = v128.load(terms + TERM);
  const three = v128.load(terms + 2 * TERM);
  const four = v128.load(terms + 3 * TERM);
  let a = from + <usize>load<i32>(terms, 16);
  let b = from + <usize>load<i32>(terms + TERM, 16);
  let c = from + <usize>load<i32>(terms + 2 * TERM, 16);
  let d = from + <usize>load<i32>(terms + 3 * TERM, 16);
  for (; to < end; to += 16) {
    const ab = v128.or(v128.swizzle(v128.load(a), one), v128.swizzle(v128.load(b), two));
    const cd = v128.or(v128.swizzle(v128.load(c), three), v128.swizzle(v128.load(d), four));
    v128.store(to, v128.or(ab, cd));
    a += step;
    b += step;
    c += step;
    d += step;
  }
}

function gatherMany(from: usize, step: isize, terms: usize, last: usize, to: usize, end: usize): void {
  for (; to < end; to += 16, from += step) {
    let sum = i64x2.splat(0);
    for (let t = terms; t < last; t += TERM) {
      const found = v128.load(from + <usize>load<i32>(t, 16));
      sum = v128.or(sum, v128.swizzle(found, v128.load(t)));
    }
    v128.store(to, sum);
  }
}

// @ts-ignore: decorator
@inline
function evens<T>(from: usize): v128 {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  if (sizeof<T>() == 1) return v128.shuffle<u8>(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  if (sizeof<T>() == 2) return v128.shuffle<u16>(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
  if (sizeof<T>() == 4) return v128.shuffle<u32>(a, b, 0, 2, 4, 6);
  return v128.shuffle<u64>(a, b, 0, 2);
}

function gatherEvens<T>(starts: usize, rows: i32, bytes: i32, dst: usize): void {
  for (let r = 0; r < rows; r++, dst += <usize>bytes) {
    let from = <usize>load<u32>(starts + (<usize>r << 2));
    const end = dst + <usize>bytes;
    for (let to = dst; to < end; to += 32, from += 64) {
      v128.store(to, evens<T>(from));
      v128.store(to, evens<T>(from + 32), 16);
    }
  }
}

/** The same for every second item. */
export function gatherEvens8(starts: usize, rows: i32, bytes: i32, dst: usize): void {
  gatherEvens<u8>(starts, rows, bytes, dst);
}

export function gatherEvens16(starts: usize, rows: i32, bytes: i32, dst: usize): void {
  gatherEvens<u16>(starts, rows, bytes, dst);
}

export function gatherEvens32(starts: usize, rows: i32, bytes: i32, dst: usize): void {
  gatherEvens<u32>(starts, rows, bytes, dst);
}

export function gatherEvens64(starts: usize, rows: i32, bytes: i32, dst: usize): void {
  gatherEvens<u64>(starts, rows, bytes, dst);
}
