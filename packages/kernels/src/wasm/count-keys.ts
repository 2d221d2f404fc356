import { type CountKeys, plainCountKeys } from "../plain/count-keys.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";
import { forTiles, TILE } from "./tiles.ts";

/** The passes over float32 in WebAssembly, the others in TypeScript. */
export function createCountKeys(exports: KernelExports, scratch: Scratch): CountKeys {
  const tableBytes = 65536 * 4;
  return {
    hasNaN(data) {
      if (!(data instanceof Float32Array)) return plainCountKeys.hasNaN(data);
      const [block = 0] = scratch.layout(TILE * 4);
      let isThere = false;
      forTiles(data.length, (from, to) => {
        isThere ||= exports.hasNaN(scratch.bring(block, data.subarray(from, to)), to - from) !== 0;
      });
      return isThere;
    },
    countHighs(bits, flip, counts) {
      if (flip !== "float") {
        plainCountKeys.countHighs(bits, flip, counts);
        return;
      }
      const [block = 0, even = 0, odd = 0] = scratch.layout(TILE * 4, tableBytes, tableBytes);
      scratch.write(even, counts);
      scratch.clear(odd, tableBytes);
      forTiles(bits.length, (from, to) => {
        exports.countHighs(scratch.bring(block, bits.subarray(from, to)), to - from, even, odd);
      });
      exports.mergeCounts(even, odd, counts.length);
      scratch.read(even, counts);
    },
    countLows(bits, flip, high, counts) {
      if (flip !== "float") {
        plainCountKeys.countLows(bits, flip, high, counts);
        return;
      }
      const [block = 0, table = 0] = scratch.layout(TILE * 4, tableBytes);
      scratch.write(table, counts);
      forTiles(bits.length, (from, to) => {
        exports.countLows(scratch.bring(block, bits.subarray(from, to)), to - from, high, table);
      });
      scratch.read(table, counts);
    },
  };
}
