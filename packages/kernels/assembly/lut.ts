/** Maps `count` uint16 pixels through a table of 65,536, four to a 64-bit word; `out` may be the source. */
export function mapLevels16(data: usize, out: usize, count: i32, lut: usize): void {
  const whole = data + (<usize>(count & ~3) << 1);
  const end = data + (<usize>count << 1);
  for (; data < whole; data += 8, out += 8) {
    const four = load<u64>(data);
    const a = <u64>load<u16>(lut + <usize>((four & 0xffff) << 1));
    const b = <u64>load<u16>(lut + <usize>((four >> 15) & 0x1fffe));
    const c = <u64>load<u16>(lut + <usize>((four >> 31) & 0x1fffe));
    const d = <u64>load<u16>(lut + <usize>((four >> 47) & 0x1fffe));
    store<u64>(out, a | (b << 16) | (c << 32) | (d << 48));
  }
  for (; data < end; data += 2, out += 2) store<u16>(out, load<u16>(lut + (<usize>load<u16>(data) << 1)));
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
