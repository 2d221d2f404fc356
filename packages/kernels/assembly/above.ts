// 16 bytes of ones and zeros, from masks of 16 pixels.
function store16(to: usize, mask: v128): void {
  v128.store(to, v128.and(mask, i8x16.splat(1)));
}

/** Marks the uint8 pixels above a limit with 1, all others with 0; both buffers are padded to whole vectors. */
export function markAbove8(data: usize, count: i32, limit: f32, out: usize): void {
  const most = i8x16.splat(<i8>(<i32>limit));
  for (const end = data + <usize>count; data < end; data += 16, out += 16)
    store16(out, v128.gt<u8>(v128.load(data), most));
}

/** The same for uint16 pixels. */
export function markAbove16(data: usize, count: i32, limit: f32, out: usize): void {
  const most = i16x8.splat(<i16>(<i32>limit));
  for (const end = data + (<usize>count << 1); data < end; data += 32, out += 16) {
    const low = v128.gt<u16>(v128.load(data), most);
    store16(out, i8x16.narrow_i16x8_s(low, v128.gt<u16>(v128.load(data, 16), most)));
  }
}

/** The same for float32 pixels. */
export function markAbove32(data: usize, count: i32, limit: f32, out: usize): void {
  const most = f32x4.splat(limit);
  for (const end = data + (<usize>count << 2); data < end; data += 64, out += 16) {
    const a = v128.gt<f32>(v128.load(data), most);
    const b = v128.gt<f32>(v128.load(data, 16), most);
    const c = v128.gt<f32>(v128.load(data, 32), most);
    const d = v128.gt<f32>(v128.load(data, 48), most);
    store16(out, i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
  }
}
