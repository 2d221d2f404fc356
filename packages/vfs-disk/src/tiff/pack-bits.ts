/**
 * Unpacks PackBits (TIFF 6.0, section 9) into `target` and answers how many bytes were written: fewer than the target
 * holds where `packed` ends early. What would not fit the target is left.
 */
export function decodePackBits(packed: Uint8Array, target: Uint8Array): number {
  let at = 0;
  let out = 0;
  while (at < packed.length && out < target.length) {
    const control = packed[at] ?? 0;
    at += 1;
    if (control === 128) continue;
    if (control < 128) {
      const count = Math.min(control + 1, packed.length - at, target.length - out);
      for (let index = 0; index < count; index += 1) target[out + index] = packed[at + index] ?? 0;
      at += control + 1;
      out += count;
    } else if (at < packed.length) {
      const count = Math.min(257 - control, target.length - out);
      target.fill(packed[at] ?? 0, out, out + count);
      at += 1;
      out += count;
    }
  }
  return out;
}
