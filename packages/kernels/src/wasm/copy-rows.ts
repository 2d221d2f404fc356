import { type Axis, countOf, listPlaces } from "../strided.ts";
import type { CopyJob } from "./copy-strided.ts";
import { createRowStage, OVERRUN } from "./stage-rows.ts";

// What is handled at once: more than the C library copies in small steps, less than the second cache holds.
const CHUNK_BYTES = 65536;
// What passes through no cache of ours is handed over in fewer calls.
const IN_PLACE_BYTES = 2 ** 20;

/** Copies rows whose items lie close at the source. */
export function copyRows({ exports, scratch, source, offset, axes, out }: CopyJob): void {
  const size = source.BYTES_PER_ELEMENT;
  const row = axes.at(-1) as Axis;
  const outer = axes.slice(0, -1);
  const stage = createRowStage(exports, scratch, source, row.stride);
  const home = scratch.addressOf(out);
  const isInPlace = home !== undefined && scratch.addressOf(source) !== undefined;
  const most = (isInPlace ? IN_PLACE_BYTES : CHUNK_BYTES) / size;
  const length = Math.min(row.length, most);
  const rows = Math.min(countOf(outer), Math.max(1, Math.floor(most / length)));
  const [block = 0, dense = 0, starts = 0, terms = 0] = scratch.layout(
    stage.blockBytes(rows, length),
    rows * length * size,
    rows * 4,
    stage.termsBytes,
  );
  stage.prepare(terms);
  const target = new Uint8Array(out.buffer as ArrayBuffer, out.byteOffset, out.byteLength);
  const built = scratch.bytes(dense, rows * length * size);
  const places = new Float64Array(rows);
  const total = countOf(outer);
  for (let first = 0; first < total; first += rows) {
    const found = places.subarray(0, Math.min(rows, total - first));
    for (let x = 0; x < row.length; x += length) {
      const count = Math.min(length, row.length - x);
      listPlaces(outer, first, offset + x * row.stride, found);
      stage.bring(found, count, block, starts);
      const at = (first * row.length + x) * size;
      const bytes = found.length * count * size;
      // What is written past the end of a stretch is the beginning of the next, which comes later.
      if (home !== undefined && at + bytes + OVERRUN <= out.byteLength) {
        stage.gather(starts, found.length, count, terms, home + at);
        continue;
      }
      stage.gather(starts, found.length, count, terms, dense);
      target.set(built.subarray(0, bytes), at);
    }
  }
}
