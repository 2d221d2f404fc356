import { type Axis, countOf } from "../strided.ts";
import type { CopyJob } from "./copy-strided.ts";
import { createRowStage, OVERRUN } from "./stage-rows.ts";

// What is handled at once: more than the C library copies in small steps, less than the second cache holds.
const CHUNK_BYTES = 65536;
// What passes through no cache of ours is handed over in fewer calls.
const IN_PLACE_BYTES = 2 ** 20;

/** Copies rows whose items lie close at the source. */
export function copyRows(job: CopyJob): void {
  const { scratch, source, offset, axes, out } = job;
  const size = source.BYTES_PER_ELEMENT;
  const row = axes.at(-1) as Axis;
  const outer = axes.slice(0, -1);
  const total = countOf(outer);
  const stage = createRowStage(job, outer, row.stride);
  const home = scratch.addressOf(out);
  const isInPlace = home !== undefined && scratch.addressOf(source) !== undefined;
  const most = (isInPlace ? IN_PLACE_BYTES : CHUNK_BYTES) / size;
  const length = Math.min(row.length, most);
  const rows = Math.min(total, Math.max(1, Math.floor(most / length)));
  const [block = 0, dense = 0, starts = 0, tables = 0] = scratch.layout(
    stage.blockBytes(rows, length),
    rows * length * size,
    rows * 4,
    stage.tableBytes,
  );
  stage.prepare(tables);
  const target = new Uint8Array(out.buffer as ArrayBuffer, out.byteOffset, out.byteLength);
  const built = scratch.bytes(dense, rows * length * size);
  for (let first = 0; first < total; first += rows) {
    const count = Math.min(rows, total - first);
    for (let x = 0; x < row.length; x += length) {
      const wide = Math.min(length, row.length - x);
      stage.bring({ first, count, base: offset + x * row.stride, length: wide }, block, starts);
      const at = (first * row.length + x) * size;
      const bytes = count * wide * size;
      // What is written past the end of a stretch is the beginning of the next, which comes later.
      if (home !== undefined && at + bytes + OVERRUN <= out.byteLength) {
        stage.gather(starts, count, wide, home + at);
        continue;
      }
      stage.gather(starts, count, wide, dense);
      target.set(built.subarray(0, bytes), at);
    }
  }
}
