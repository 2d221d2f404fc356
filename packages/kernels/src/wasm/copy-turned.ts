import { type Axis, countOf, listPlaces } from "../strided.ts";
import type { CopyJob } from "./copy-strided.ts";
import type { KernelExports } from "./exports.ts";
import type { Scratch } from "./scratch.ts";
import { createRowStage } from "./stage-rows.ts";

// What lies elsewhere is brought in blocks that the second cache holds, in stretches that are worth a call.
const BLOCK_BYTES = 2 ** 19;
const SEGMENT_BYTES = 4096;
const MOST_ROWS = 16384;
const CACHE_LINE = 64;

/** Copies where not the rows of the result but the values along the axis `turned` lie close at the source. */
export function copyTurned({
  exports,
  scratch,
  source,
  offset,
  axes,
  out,
  turned,
}: CopyJob & { turned: number }): void {
  const size = source.BYTES_PER_ELEMENT;
  const [outer, inner] = [axes.slice(0, turned), axes.slice(turned + 1)];
  const { length: lines, stride } = axes[turned] as Axis;
  const lineLength = countOf(inner);
  const stage = createRowStage(exports, scratch, source, stride);
  const home = scratch.addressOf(out);
  const createTurn =
    home !== undefined && lineLength * size >= LEAST_LINE_BYTES ? createBlockTurn : createStripTurn;
  const isInPlace = stride === 1 && scratch.addressOf(source) !== undefined;
  const { rows, columns } = isInPlace
    ? {
        rows: evenly(lineLength, createTurn === createBlockTurn ? MOST_ROWS : LINE_BYTES / size),
        columns: lines,
      }
    : blockOf(lineLength, lines, size, Math.abs(stride));
  const turn = createTurn({ exports, scratch, size, rows, columns, lineLength, out, home });
  const side = 16 / size;
  const [block = 0, dense = 0, starts = 0, terms = 0, work = 0] = scratch.layout(
    stage.blockBytes(rows, columns),
    stride === 1 ? 0 : rows * columns * size + CACHE_LINE,
    (rows + side) * 4,
    stage.termsBytes,
    turn.workBytes,
  );
  stage.prepare(terms);
  const places = new Float64Array(rows);
  const addresses = scratch.integers(starts, rows + side);
  const outerPlaces = new Float64Array(countOf(outer));
  listPlaces(outer, 0, offset, outerPlaces);

  outerPlaces.forEach((base, o) => {
    for (let r = 0; r < lineLength; r += rows)
      for (let c = 0; c < lines; c += columns) {
        const found = places.subarray(0, Math.min(rows, lineLength - r));
        const count = Math.min(columns, lines - c);
        listPlaces(inner, r, base + c * stride, found);
        stage.bring(found, count, block, starts);
        if (stride !== 1) makeDense(found.length, count);
        for (let i = found.length; i < side; i++) addresses[i] = addresses[0] as number;
        turn.turn(starts, found.length, count, (o * lines + c) * lineLength + r, work);
      }
  });

  function makeDense(count: number, length: number): void {
    stage.gather(starts, count, length, terms, dense);
    for (let i = 0; i < count; i++) addresses[i] = dense + i * length * size;
  }
}

interface Turn {
  readonly workBytes: number;
  /** Turns rows into lines, from value `at` of the result on. */
  turn(starts: number, rows: number, columns: number, at: number, work: number): void;
}

interface TurnJob {
  readonly exports: KernelExports;
  readonly scratch: Scratch;
  readonly size: number;
  readonly rows: number;
  readonly columns: number;
  readonly lineLength: number;
  readonly out: CopyJob["out"];
  /** Where the result lies, if in this memory. */
  readonly home: number | undefined;
}

const LEAST_LINE_BYTES = 512;
const WORK_BYTES = 20 * 1024;

/** Turns into place. */
function createBlockTurn({ exports, size, lineLength, home = 0 }: TurnJob): Turn {
  const turnBlocks = exports[`turnBlocks${(size * 8) as 8 | 16 | 32 | 64}`];
  return {
    workBytes: WORK_BYTES,
    turn: (starts, rows, columns, at, work) =>
      turnBlocks(starts, rows, columns, home + at * size, lineLength * size, work),
  };
}

// Lines are put together so long, and so many that whole cache lines of the source are used up.
const LINE_BYTES = 2048;
const STRIP_BYTES = 16384;

/** Puts lines together and copies them out; short ones in one go. */
function createStripTurn({ exports, scratch, size, rows, columns, lineLength, out }: TurnJob): Turn {
  const turnRows = exports[`turnRows${(size * 8) as 8 | 16 | 32 | 64}`];
  const target = new Uint8Array(out.buffer as ArrayBuffer, out.byteOffset, out.byteLength);
  const lineBytes = rows * size;
  const isWhole = rows === lineLength && lineBytes < LINE_BYTES / 2;
  // A multiple of a large power of two would put all lines into the same few places of the cache.
  const pitch = isWhole ? lineBytes : (Math.ceil(lineBytes / 64) | 1) * 64;
  const perLine = CACHE_LINE / size;
  const strip = Math.max(1, Math.floor(STRIP_BYTES / (lineBytes * perLine))) * perLine;
  return {
    workBytes: (Math.min(strip, columns) + 16 / size) * pitch + CACHE_LINE,
    turn(starts, count, length, at, work) {
      for (let x = 0; x < length; x += strip) {
        const wide = Math.min(strip, length - x);
        turnRows(starts, count, x * size, wide, work, pitch);
        const place = (at + x * lineLength) * size;
        if (isWhole) target.set(scratch.bytes(work, wide * pitch), place);
        else
          for (let i = 0; i < wide; i++)
            target.set(scratch.bytes(work + i * pitch, count * size), place + i * lineLength * size);
      }
    },
  };
}

/** A part of a length, so that all parts are about as long and none is longer than `most`. */
function evenly(length: number, most: number): number {
  return Math.ceil(length / Math.ceil(length / most));
}

function blockOf(
  lineLength: number,
  lines: number,
  size: number,
  apart: number,
): { readonly rows: number; readonly columns: number } {
  const items = BLOCK_BYTES / size / apart;
  const mostRows = LINE_BYTES / size;
  const segment = SEGMENT_BYTES / size / apart;
  const columns = evenly(lines, Math.max(segment, Math.floor(items / Math.min(lineLength, mostRows))));
  const rows = evenly(lineLength, Math.min(mostRows, Math.max(CACHE_LINE, Math.floor(items / columns))));
  return { rows, columns };
}
