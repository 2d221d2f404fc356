import { damagedError, formatError } from "../format-error.ts";

const clearCode = 256;
const endCode = 257;
const mostCodes = 4096;

/**
 * Unpacks LZW as TIFF 6.0 section 13 defines it (highest bit first, one code early) into `target` and answers how many
 * bytes were written: fewer than the target holds where the stream ends early. What would not fit is left.
 * Throws "format" for codes that are not in the table and for the old order of bits of before TIFF 5.
 *
 * Each entry of the table is the text of the code before it and one more byte, which lie side by side in the output:
 * so an entry is kept as a place and a length there, and writing it is a copy.
 */
export function decodeLzw(name: string, what: string, packed: Uint8Array, target: Uint8Array): number {
  if (packed.length >= 2 && packed[0] === 0 && ((packed[1] ?? 0) & 1) === 1) {
    throw formatError(
      name,
      "is compressed by the old LZW of before 1992, which is not read. Save it again with any newer program.",
    );
  }
  const places = new Int32Array(mostCodes);
  const lengths = new Int32Array(mostCodes);
  const inLength = packed.length;
  const outLength = target.length;
  let at = 0;
  let bits = 0;
  let bitCount = 0;
  let width = 9;
  let next = 258;
  // Where the text of the code before begins; its end is `out`. Negative after a clear.
  let before = -1;
  let out = 0;
  while (out < outLength) {
    while (bitCount < width) {
      if (at >= inLength) return out;
      bits = ((bits << 8) | (packed[at] as number)) & 0xffffff;
      at += 1;
      bitCount += 8;
    }
    bitCount -= width;
    const code = (bits >>> bitCount) & ((1 << width) - 1);
    if (code === clearCode) {
      width = 9;
      next = 258;
      before = -1;
      continue;
    }
    if (code === endCode) return out;
    const start = out;
    if (before >= 0 && next < mostCodes) {
      // The text before and the byte that is written next; so a code may name the entry that is just being made.
      places[next] = before;
      lengths[next] = start - before + 1;
      next += 1;
      if (next >= (1 << width) - 1 && width < 12) width += 1;
    }
    if (code < 256) {
      target[out] = code;
      out += 1;
    } else {
      if (code >= next || before < 0) {
        throw damagedError(name, `${what} holds an LZW code that means nothing`);
      }
      let from = places[code] as number;
      const end = Math.min(out + (lengths[code] as number), outLength);
      if (end - out > 48 && from + (end - out) <= out) {
        target.copyWithin(out, from, from + (end - out));
        out = end;
      } else {
        while (out < end) {
          target[out] = target[from] as number;
          out += 1;
          from += 1;
        }
      }
    }
    before = start;
  }
  return out;
}
