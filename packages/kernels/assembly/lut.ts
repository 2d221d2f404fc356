/** The address of a pixel's entry in the table. */
function entryOf(data: usize, lut: usize): usize {
  return lut + (<usize>load<u16>(data) << 1);
}

/** Maps `count` uint16 pixels through a table of 65,536, eight to a vector; `out` may be the source. */
export function mapLevels16(data: usize, out: usize, count: i32, lut: usize): void {
  const whole = data + (<usize>(count & ~7) << 1);
  const end = data + (<usize>count << 1);
  for (; data < whole; data += 16, out += 16) {
    let v = v128.load_splat<u16>(entryOf(data, lut));
    v = v128.load_lane<u16>(entryOf(data + 2, lut), v, 1);
    v = v128.load_lane<u16>(entryOf(data + 4, lut), v, 2);
    v = v128.load_lane<u16>(entryOf(data + 6, lut), v, 3);
    v = v128.load_lane<u16>(entryOf(data + 8, lut), v, 4);
    v = v128.load_lane<u16>(entryOf(data + 10, lut), v, 5);
    v = v128.load_lane<u16>(entryOf(data + 12, lut), v, 6);
    v = v128.load_lane<u16>(entryOf(data + 14, lut), v, 7);
    v128.store(out, v);
  }
  for (; data < end; data += 2, out += 2) store<u16>(out, load<u16>(entryOf(data, lut)));
}

/** Maps `count` uint8 pixels through a table of 256, four to a 32-bit word; `out` may be the source. */
export function mapLevels8(data: usize, out: usize, count: i32, lut: usize): void {
  const whole = data + <usize>(count & ~3);
  const end = data + <usize>count;
  for (; data < whole; data += 4, out += 4) {
    const four = load<u32>(data);
    const a = <u32>load<u8>(lut + <usize>(four & 0xff));
    const b = <u32>load<u8>(lut + <usize>((four >> 8) & 0xff));
    const c = <u32>load<u8>(lut + <usize>((four >> 16) & 0xff));
    const d = <u32>load<u8>(lut + <usize>(four >> 24));
    store<u32>(out, a | (b << 8) | (c << 16) | (d << 24));
  }
  for (; data < end; data++, out++) store<u8>(out, load<u8>(lut + <usize>load<u8>(data)));
}
