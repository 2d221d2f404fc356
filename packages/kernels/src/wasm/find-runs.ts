import { isSmall } from "../pixels.ts";
import { type FindRuns, findRuns } from "../plain/find-runs.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";
import { bitsOf } from "./tiles.ts";

/** Labelled runs in WebAssembly for uint8 and uint16; the rest runs in TypeScript. */
export function createFindRuns(exports: KernelExports, scratch: Scratch): FindRuns {
  return (slice, threshold, connectivity) => {
    const { data, width, height } = slice;
    const level = Math.floor(threshold);
    // An unsigned lane cannot hold a threshold below its range.
    if (!isSmall(data) || !(level >= 0)) return findRuns(slice, threshold, connectivity);
    if (level >= (data instanceof Uint8Array ? 255 : 65535))
      return { regions: 0, runs: 0, records: new Int32Array(0) };
    const [block = 0, total = 0, records = 0] = scratch.layout(
      scratch.room(data),
      4,
      height * ((width + 1) >> 1) * 16,
    );
    const pixels = scratch.bring(block, data);
    const find = exports[`findRuns${bitsOf(data)}`];
    const regions = find(pixels, width, height, level, connectivity === 8 ? 1 : 0, records, total);
    const runs = scratch.integers(total, 1)[0] as number;
    return { regions, runs, records: scratch.integers(records, runs * 4) };
  };
}
