// Whole numbers of 8 and 16 bits in 32, and back, where what does not fit wraps. All write up to 63 bytes past the end.

// @ts-ignore: decorator
@inline
function storeWide<T>(to: usize, a: v128): void {
  v128.store(to, v128.extend_low<T>(a));
  v128.store(to, v128.extend_high<T>(a), 16);
}

function widenBytes<T, W>(src: usize, count: i32, dst: usize): void {
  for (const end = src + <usize>count; src < end; src += 16, dst += 64) {
    const a = v128.load(src);
    storeWide<W>(dst, v128.extend_low<T>(a));
    storeWide<W>(dst + 32, v128.extend_high<T>(a));
  }
}

function widenPairs<T>(src: usize, count: i32, dst: usize): void {
  for (const end = src + <usize>count * 2; src < end; src += 32, dst += 64) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    storeWide<T>(dst, a);
    storeWide<T>(dst + 32, b);
  }
}

export function widenSigned8(src: usize, count: i32, dst: usize): void {
  widenBytes<i8, i16>(src, count, dst);
}

export function widenUnsigned8(src: usize, count: i32, dst: usize): void {
  widenBytes<u8, u16>(src, count, dst);
}

export function widenSigned16(src: usize, count: i32, dst: usize): void {
  widenPairs<i16>(src, count, dst);
}

export function widenUnsigned16(src: usize, count: i32, dst: usize): void {
  widenPairs<u16>(src, count, dst);
}

// @ts-ignore: decorator
@inline
function lowHalves(src: usize): v128 {
  return v128.shuffle<u16>(v128.load(src), v128.load(src, 16), 0, 2, 4, 6, 8, 10, 12, 14);
}

export function narrow8(src: usize, count: i32, dst: usize): void {
  for (const end = src + <usize>count * 4; src < end; src += 64, dst += 16) {
    const a = lowHalves(src);
    const b = lowHalves(src + 32);
    v128.store(dst, v128.shuffle<u8>(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
  }
}

export function narrow16(src: usize, count: i32, dst: usize): void {
  for (const end = src + <usize>count * 4; src < end; src += 64, dst += 32) {
    const a = lowHalves(src);
    const b = lowHalves(src + 32);
    v128.store(dst, a);
    v128.store(dst, b, 16);
  }
}
