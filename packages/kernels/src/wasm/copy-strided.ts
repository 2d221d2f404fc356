import type { Kernels } from "../kernels.ts";
import { bitsOf, copyAxes, copyStrided } from "../plain/copy-strided.ts";
import { type Axis, checkStrided, countOf, joinAxes, type Values } from "../strided.ts";
import { copyRows } from "./copy-rows.ts";
import { copyTurned } from "./copy-turned.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";
import { canGather } from "./stage-rows.ts";

// Below so many bytes, handing over costs more than vectors save.
const LEAST_BYTES = 2048;
// Rows of so many bytes are copied as they are, one by one.
const LONG_ROW_BYTES = 4096;
const LEAST_ROW_BYTES = 16;

/**
 * Strided copies in WebAssembly. Where the rows of the result lie close at the source, they are gathered; where another
 * axis does, the two are turned. All is put together in scratch memory that stays in the cache, of which ever larger
 * stretches are copied in and out at the speed of memory. The rest runs in TypeScript.
 */
export function createCopyStrided(exports: KernelExports, scratch: Scratch): Kernels["copyStrided"] {
  return (source, places, out) => {
    if (out.byteLength < LEAST_BYTES) return copyStrided(source, places, out);
    checkStrided("copyStrided", source, places, out);
    const axes = joinAxes(places);
    const size = source.BYTES_PER_ELEMENT;
    const job = { exports, scratch, source, offset: places.offset, axes, out };
    const row = axes.at(-1) ?? { length: 1, stride: 1 };
    const rowBytes = row.length * size;
    const isLong = row.stride === 1 && rowBytes >= LONG_ROW_BYTES;
    const turned = closestAxis(axes, size);
    if (canGather(row.stride, size) && rowBytes >= LEAST_ROW_BYTES && !isLong) copyRows(job);
    else if (!canGather(row.stride, size) && turned !== undefined) copyTurned({ ...job, turned });
    else copyAxes(bitsOf(source), axes, places.offset, bitsOf(out), 0);
    return out;
  };
}

/** What is to be copied. */
export interface CopyJob {
  readonly exports: KernelExports;
  readonly scratch: Scratch;
  readonly source: Values;
  readonly offset: number;
  readonly axes: readonly Axis[];
  readonly out: Values;
}

/** The axis along which values lie closest at the source, if close enough to be turned; all after it become rows. */
function closestAxis(axes: readonly Axis[], size: number): number | undefined {
  const wayOf = ({ stride }: Axis): number => (stride === 0 ? Number.POSITIVE_INFINITY : Math.abs(stride));
  let closest = 0;
  axes.forEach((axis, i) => {
    if (wayOf(axis) < wayOf(axes[closest] as Axis)) closest = i;
  });
  const axis = axes[closest];
  if (!axis || !canGather(axis.stride, size) || closest === axes.length - 1) return undefined;
  const isWorthwhile = axis.length * size >= 4 && countOf(axes.slice(closest)) * size >= LEAST_BYTES;
  return isWorthwhile ? closest : undefined;
}
