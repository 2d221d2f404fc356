// Each of these turns a square whose side fills a vector: 16 bytes of each row, which begin at `at`, become as many columns.

// @ts-ignore: decorator
@inline
function part(starts: usize, r: i32, at: usize): v128 {
  return v128.load(<usize>load<u32>(starts + (<usize>r << 2)) + at);
}

// @ts-ignore: decorator
@inline
function low8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function high8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// @ts-ignore: decorator
@inline
function low16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline
function high16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

// @ts-ignore: decorator
@inline
function low32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
}

// @ts-ignore: decorator
@inline
function high32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
}

// @ts-ignore: decorator
@inline
function storeTwo(a: v128, b: v128, to: usize, pitch: usize): void {
  v128.store(to, v128.shuffle<u64>(a, b, 0, 2));
  v128.store(to + pitch, v128.shuffle<u64>(a, b, 1, 3));
}

// @ts-ignore: decorator
@inline
function storeFour(a: v128, b: v128, c: v128, d: v128, to: usize, pitch: usize): void {
  storeTwo(low32(a, b), low32(c, d), to, pitch);
  storeTwo(high32(a, b), high32(c, d), to + 2 * pitch, pitch);
}

// @ts-ignore: decorator
@inline
function storeEight(
  a: v128,
  b: v128,
  c: v128,
  d: v128,
  e: v128,
  f: v128,
  g: v128,
  h: v128,
  to: usize,
  pitch: usize,
): void {
  storeFour(low16(a, b), low16(c, d), low16(e, f), low16(g, h), to, pitch);
  storeFour(high16(a, b), high16(c, d), high16(e, f), high16(g, h), to + 4 * pitch, pitch);
}

// @ts-ignore: decorator
@inline
function turnSquare<T>(starts: usize, at: usize, to: usize, pitch: usize): void {
  const a = part(starts, 0, at);
  const b = part(starts, 1, at);
  if (sizeof<T>() == 8) {
    storeTwo(a, b, to, pitch);
    return;
  }
  const c = part(starts, 2, at);
  const d = part(starts, 3, at);
  if (sizeof<T>() == 4) {
    storeFour(a, b, c, d, to, pitch);
    return;
  }
  const e = part(starts, 4, at);
  const f = part(starts, 5, at);
  const g = part(starts, 6, at);
  const h = part(starts, 7, at);
  if (sizeof<T>() == 2) {
    storeEight(a, b, c, d, e, f, g, h, to, pitch);
    return;
  }
  const i = part(starts, 8, at);
  const j = part(starts, 9, at);
  const k = part(starts, 10, at);
  const l = part(starts, 11, at);
  const m = part(starts, 12, at);
  const n = part(starts, 13, at);
  const o = part(starts, 14, at);
  const p = part(starts, 15, at);
  storeEight(
    low8(a, b),
    low8(c, d),
    low8(e, f),
    low8(g, h),
    low8(i, j),
    low8(k, l),
    low8(m, n),
    low8(o, p),
    to,
    pitch,
  );
  storeEight(
    high8(a, b),
    high8(c, d),
    high8(e, f),
    high8(g, h),
    high8(i, j),
    high8(k, l),
    high8(m, n),
    high8(o, p),
    to + 8 * pitch,
    pitch,
  );
}

function turnRows<T>(starts: usize, rows: i32, at: usize, columns: i32, dst: usize, pitch: usize): void {
  const side = 16 / <i32>sizeof<T>();
  const end = at + <usize>columns * sizeof<T>();
  let r = 0;
  while (true) {
    const group = starts + (<usize>r << 2);
    let to = dst + <usize>r * sizeof<T>();
    for (let from = at; from < end; from += 16) {
      turnSquare<T>(group, from, to, pitch);
      to += <usize>side * pitch;
    }
    if (r + side >= rows) break;
    r = min(r + side, rows - side);
  }
}

/**
 * Rows become columns: item r of line c of `dst` is item c of row r, of `columns` items from byte `at` of each row on. `starts`
 * holds the address (uint32) of each row, at least as many as fill a vector; the lines of `dst` are `pitch` bytes apart.
 * Writes whole squares: past the end of a line, which the next line then overwrites, where there are fewer rows than fill
 * a vector, and past the last line.
 */
export function turnRows8(starts: usize, rows: i32, at: usize, columns: i32, dst: usize, pitch: usize): void {
  turnRows<u8>(starts, rows, at, columns, dst, pitch);
}

export function turnRows16(starts: usize, rows: i32, at: usize, columns: i32, dst: usize, pitch: usize): void {
  turnRows<u16>(starts, rows, at, columns, dst, pitch);
}

export function turnRows32(starts: usize, rows: i32, at: usize, columns: i32, dst: usize, pitch: usize): void {
  turnRows<u32>(starts, rows, at, columns, dst, pitch);
}

export function turnRows64(starts: usize, rows: i32, at: usize, columns: i32, dst: usize, pitch: usize): void {
  turnRows<u64>(starts, rows, at, columns, dst, pitch);
}

/** Copies lines of so many bytes, which lie `from` bytes apart at the source and `to` bytes apart at the target. */
function copyLines(src: usize, from: usize, dst: usize, to: usize, lines: i32, bytes: usize): void {
  const whole = bytes & ~15;
  for (let i = 0; i < lines; i++, src += from, dst += to) {
    let at: usize = 0;
    for (; at + 48 < whole; at += 64) {
      const a = v128.load(src + at);
      const b = v128.load(src + at, 16);
      const c = v128.load(src + at, 32);
      const d = v128.load(src + at, 48);
      v128.store(dst + at, a);
      v128.store(dst + at, b, 16);
      v128.store(dst + at, c, 32);
      v128.store(dst + at, d, 48);
    }
    for (; at < whole; at += 16) v128.store(dst + at, v128.load(src + at));
    if (whole < bytes) memory.copy(dst + whole, src + whole, bytes - whole);
  }
}

function turnBlocks<T>(starts: usize, rows: i32, columns: i32, dst: usize, pitch: usize, work: usize): void {
  const size = <i32>sizeof<T>();
  const side = 16 / size;
  // In bytes, of each row and of each line. Values of a byte or two stay in the first cache; wide ones fill more memory than
  // caches hold, which hands over long stretches faster, and the blocks stay in the second one.
  const wide = (size <= 2 ? 64 : 1024) / size;
  const tallest = size <= 2 ? 256 : 1024;
  // Not a multiple of a large power of two, which would put all lines into the same few places of the cache.
  const apart: usize = tallest + 16;
  let r = 0;
  while (r < rows) {
    const tall = min(tallest / size, rows - r);
    for (let c = 0; c < columns; c += wide) {
      const lines = min(wide, columns - c);
      turnRows<T>(starts + (<usize>r << 2), tall, <usize>(c * size), lines, work, apart);
      copyLines(work, apart, dst + <usize>c * pitch + <usize>(r * size), pitch, lines, <usize>(tall * size));
    }
    r += tall;
    // What is left is less than a vector: turned with rows that were turned before.
    if (rows - r < side && r < rows) r = max(0, rows - side);
  }
}

/**
 * The same for whole rows and lines that lie far apart: in blocks that are put together in 264 kB at `work`, so that each
 * cache line is read and written once. Writes nothing but the lines.
 */
export function turnBlocks8(starts: usize, rows: i32, columns: i32, dst: usize, pitch: usize, work: usize): void {
  turnBlocks<u8>(starts, rows, columns, dst, pitch, work);
}

export function turnBlocks16(starts: usize, rows: i32, columns: i32, dst: usize, pitch: usize, work: usize): void {
  turnBlocks<u16>(starts, rows, columns, dst, pitch, work);
}

export function turnBlocks32(starts: usize, rows: i32, columns: i32, dst: usize, pitch: usize, work: usize): void {
  turnBlocks<u32>(starts, rows, columns, dst, pitch, work);
}

export function turnBlocks64(starts: usize, rows: i32, columns: i32, dst: usize, pitch: usize, work: usize): void {
  turnBlocks<u64>(starts, rows, columns, dst, pitch, work);
}
