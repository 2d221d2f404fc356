// Byte shuffle and LZ4 blocks, over bytes that lie in the module's memory; see src/codecs/blosc-module.ts for the layout.

const hashBits: i32 = 12;
const lastLiterals: usize = 5;
const matchMargin: usize = 12;
const farthest: usize = 65535;
/** Bytes that a copy may write past its end, or read past its beginning. */
const slack: usize = 16;

/** For each distance below 16 the places, counted from the match, of the 16 bytes that repeat it. */
const repeats = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
  0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0,
  0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0,
  0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1,
  0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0,
], 16);
/** For each distance below 16 how many of those bytes are whole repetitions. */
const strides = memory.data<u8>([16, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15], 16);

/** Where the memory begins that callers may use. */
export function memoryBegin(): usize {
  return (__heap_base + 31) & ~31;
}

/** Puts the first bytes of all items first, then their second bytes, and so on: items of 1 to 255 bytes. */
export function shuffle(from: usize, to: usize, length: usize, itemSize: usize): void {
  const items = length / itemSize;
  let done: usize = 0;
  if (itemSize == 2) {
    for (; done + 16 <= items; done += 16) {
      const a = v128.load(from + 2 * done);
      const b = v128.load(from + 2 * done + 16);
      v128.store(to + done, v128.shuffle<u8>(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
      v128.store(
        to + items + done,
        v128.shuffle<u8>(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31),
      );
    }
  } else if (itemSize == 4) {
    for (; done + 16 <= items; done += 16) {
      const at = from + 4 * done;
      const a = sorted4(v128.load(at));
      const b = sorted4(v128.load(at + 16));
      const c = sorted4(v128.load(at + 32));
      const d = sorted4(v128.load(at + 48));
      const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
      const ab2 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
      v128.store(to + done, v128.shuffle<u64>(ab, cd, 0, 2));
      v128.store(to + items + done, v128.shuffle<u64>(ab, cd, 1, 3));
      v128.store(to + 2 * items + done, v128.shuffle<u64>(ab2, cd2, 0, 2));
      v128.store(to + 3 * items + done, v128.shuffle<u64>(ab2, cd2, 1, 3));
    }
  }
  for (let byte: usize = 0; byte < itemSize; byte++) {
    const start = to + byte * items;
    for (let i = done; i < items; i++) store<u8>(start + i, load<u8>(from + i * itemSize + byte));
  }
  const whole = items * itemSize;
  memory.copy(to + whole, from + whole, length - whole);
}

/** Turns `shuffle` back. */
export function unshuffle(from: usize, to: usize, length: usize, itemSize: usize): void {
  const items = length / itemSize;
  let done: usize = 0;
  if (itemSize == 2) {
    for (; done + 16 <= items; done += 16) {
      const a = v128.load(from + done);
      const b = v128.load(from + items + done);
      v128.store(to + 2 * done, v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
      v128.store(
        to + 2 * done + 16,
        v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      );
    }
  } else if (itemSize == 4) {
    for (; done + 16 <= items; done += 16) {
      const a = v128.load(from + done);
      const b = v128.load(from + items + done);
      const c = v128.load(from + 2 * items + done);
      const d = v128.load(from + 3 * items + done);
      const ab = v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const cd = v128.shuffle<u8>(c, d, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const ab2 = v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      const cd2 = v128.shuffle<u8>(c, d, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      const at = to + 4 * done;
      v128.store(at, v128.shuffle<u16>(ab, cd, 0, 8, 1, 9, 2, 10, 3, 11));
      v128.store(at + 16, v128.shuffle<u16>(ab, cd, 4, 12, 5, 13, 6, 14, 7, 15));
      v128.store(at + 32, v128.shuffle<u16>(ab2, cd2, 0, 8, 1, 9, 2, 10, 3, 11));
      v128.store(at + 48, v128.shuffle<u16>(ab2, cd2, 4, 12, 5, 13, 6, 14, 7, 15));
    }
  }
  for (let byte: usize = 0; byte < itemSize; byte++) {
    const start = from + byte * items;
    for (let i = done; i < items; i++) store<u8>(to + i * itemSize + byte, load<u8>(start + i));
  }
  const whole = items * itemSize;
  memory.copy(to + whole, from + whole, length - whole);
}

// @ts-ignore: decorator
@inline
function sorted4(a: v128): v128 {
  return v128.shuffle<u8>(a, a, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

// @ts-ignore: decorator
@inline
function hashAt(at: usize): usize {
  return <usize>(((load<u64>(at) << 24) * 889523592379) >> (64 - hashBits));
}

/**
 * Compresses into one LZ4 block (lz4_Block_format.md) by the search of LZ4's own fast mode; a greater `acceleration`
 * looks at fewer places. `table` is room for 16 KiB. Answers the block's length, or 0 where it would be longer than `room`.
 */
export function compress(
  from: usize,
  length: usize,
  to: usize,
  room: usize,
  table: usize,
  acceleration: i32,
): usize {
  const end = from + length;
  const full = to + room;
  let out = to;
  let anchor = from;
  if (length > matchMargin) {
    memory.fill(table, 0, 4 << hashBits);
    const matchLimit = end - lastLiterals;
    const lastStart = end - matchMargin + 1;
    let at = from + 1;
    let nextHash = hashAt(at);
    let searching = true;
    while (searching) {
      let match: usize = 0;
      let ahead = at;
      let step: i32 = 1;
      let tries = acceleration << 6;
      do {
        const hash = nextHash;
        at = ahead;
        ahead += step;
        step = tries++ >> 6;
        if (ahead > lastStart) {
          searching = false;
          break;
        }
        match = from + load<u32>(table + 4 * hash);
        nextHash = hashAt(ahead);
        store<u32>(table + 4 * hash, <u32>(at - from));
      } while (match + farthest < at || load<u32>(match) != load<u32>(at));
      if (!searching) break;
      while (at > anchor && match > from && load<u8>(at - 1) == load<u8>(match - 1)) {
        at--;
        match--;
      }
      const literals = at - anchor;
      if (out + literals + literals / 255 + 9 > full) return 0;
      let token = out++;
      out = writeLength(token, literals, 4, out);
      memory.copy(out, anchor, literals);
      out += literals;
      while (true) {
        store<u16>(out, <u16>(at - match));
        out += 2;
        const same = countSame(at + 4, match + 4, matchLimit);
        at += 4 + same;
        if (out + same / 255 + 7 > full) return 0;
        out = writeLength(token, same, 0, out);
        anchor = at;
        if (at >= lastStart) {
          searching = false;
          break;
        }
        store<u32>(table + 4 * hashAt(at - 2), <u32>(at - 2 - from));
        const hash = hashAt(at);
        match = from + load<u32>(table + 4 * hash);
        store<u32>(table + 4 * hash, <u32>(at - from));
        if (match + farthest < at || load<u32>(match) != load<u32>(at)) break;
        token = out++;
        store<u8>(token, 0);
      }
      if (searching) nextHash = hashAt(++at);
    }
  }
  const rest = end - anchor;
  if (out + 1 + rest + rest / 255 + 1 > full) return 0;
  const token = out++;
  out = writeLength(token, rest, 4, out);
  memory.copy(out, anchor, rest);
  return out + rest - to;
}

// @ts-ignore: decorator
@inline
function writeLength(token: usize, length: usize, shift: u8, at: usize): usize {
  let out = at;
  const before: u8 = shift ? 0 : load<u8>(token);
  if (length < 15) {
    store<u8>(token, before | <u8>(length << shift));
    return out;
  }
  store<u8>(token, before | <u8>(15 << shift));
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) store<u8>(out++, 255);
  store<u8>(out++, <u8>rest);
  return out;
}

// @ts-ignore: decorator
@inline
function countSame(a: usize, b: usize, limit: usize): usize {
  let at = a;
  let other = b;
  while (at + 8 <= limit) {
    const difference = load<u64>(at) ^ load<u64>(other);
    if (difference) return at - a + <usize>(ctz(difference) >> 3);
    at += 8;
    other += 8;
  }
  while (at < limit && load<u8>(at) == load<u8>(other)) {
    at++;
    other++;
  }
  return at - a;
}

/** Decompresses an LZ4 block that must give exactly `size` bytes. Answers whether it did; never reads or writes beyond. */
export function decompress(from: usize, length: usize, to: usize, size: usize): bool {
  const end = from + length;
  const full = to + size;
  let at = from;
  let out = to;
  while (at < end) {
    const token = load<u8>(at++);
    let literals: usize = token >> 4;
    if (literals == 15) {
      let more: u8 = 255;
      while (more == 255) {
        if (at >= end) return false;
        more = load<u8>(at++);
        literals += more;
      }
    }
    if (literals > end - at || literals > full - out) return false;
    if (literals <= slack && at + slack <= end && out + slack <= full) v128.store(out, v128.load(at));
    else memory.copy(out, at, literals);
    at += literals;
    out += literals;
    if (at == end) return out == full;
    if (at + 2 > end) return false;
    const distance: usize = load<u16>(at);
    at += 2;
    if (distance == 0 || distance > out - to) return false;
    let same: usize = token & 15;
    if (same == 15) {
      let more: u8 = 255;
      while (more == 255) {
        if (at >= end) return false;
        more = load<u8>(at++);
        same += more;
      }
    }
    same += 4;
    if (same > full - out) return false;
    copyMatch(out, distance, same, full);
    out += same;
  }
  return false;
}

// @ts-ignore: decorator
@inline
function copyMatch(to: usize, distance: usize, length: usize, full: usize): void {
  let out = to;
  const stop = to + length;
  if (stop + slack > full) {
    for (; out < stop; out++) store<u8>(out, load<u8>(out - distance));
  } else if (distance >= slack) {
    for (; out < stop; out += slack) v128.store(out, v128.load(out - distance));
  } else {
    // A match closer than 16 bytes repeats itself.
    const repeated = v128.swizzle(v128.load(out - distance), v128.load(repeats + slack * distance));
    const stride: usize = load<u8>(strides + distance);
    for (; out < stop; out += stride) v128.store(out, repeated);
  }
}
