import type { Kernels } from "../kernels.ts";
import { checkLength, type Pixels } from "../pixels.ts";
import { convert } from "../plain/convert.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";

// Below so many values, handing over costs more than vectors save.
const LEAST = 512;
// Both sides of so many values stay in the cache, and each is copied at the speed of memory.
const CHUNK = 32768;
// Bytes that a conversion may write past the last value.
const OVERRUN = 63;

/** Conversions of 8- and 16-bit whole numbers to int32, and back, in WebAssembly; the rest runs in TypeScript. */
export function createConvert(exports: KernelExports, scratch: Scratch): Kernels["convert"] {
  return <T extends Pixels>(source: Pixels, out: T): T => {
    const move = source.length < LEAST ? undefined : moverOf(exports, source, out);
    if (!move) return convert(source, out);
    checkLength("convert", "out", out, source.length);
    const [read, write] = [source.BYTES_PER_ELEMENT, out.BYTES_PER_ELEMENT];
    const home = scratch.addressOf(out);
    const [block = 0, built = 0] = scratch.layout(CHUNK * read, CHUNK * write);
    const bytes = new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
    const target = new Uint8Array(out.buffer as ArrayBuffer, out.byteOffset, out.byteLength);
    for (let at = 0; at < source.length; at += CHUNK) {
      const count = Math.min(CHUNK, source.length - at);
      const place = scratch.bring(block, bytes.subarray(at * read, (at + count) * read));
      // What is written past the end of a stretch is the beginning of the next, which comes later.
      if (home !== undefined && (at + count) * write + OVERRUN <= out.byteLength) {
        move(place, count, home + at * write);
        continue;
      }
      move(place, count, built);
      target.set(scratch.bytes(built, count * write), at * write);
    }
    return out;
  };
}

function moverOf(exports: KernelExports, source: Pixels, out: Pixels): KernelExports["narrow8"] | undefined {
  if (out instanceof Int32Array) {
    if (source instanceof Uint8Array) return exports.widenUnsigned8;
    if (source instanceof Int8Array) return exports.widenSigned8;
    if (source instanceof Uint16Array) return exports.widenUnsigned16;
    if (source instanceof Int16Array) return exports.widenSigned16;
  }
  if (!(source instanceof Int32Array)) return undefined;
  if (out instanceof Uint8Array || out instanceof Int8Array) return exports.narrow8;
  if (out instanceof Uint16Array || out instanceof Int16Array) return exports.narrow16;
  return undefined;
}
