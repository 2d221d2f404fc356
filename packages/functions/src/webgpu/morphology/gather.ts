import {
  type Compute,
  defineValueShader,
  type GpuArray,
  numberTypeOf,
  values,
  words,
} from "@platewright/backend-webgpu";
import { type CoverWindow, coverWithWindows, type Neighbourhood } from "@platewright/kernels";
import { type Extremum, forBoth, keepText } from "../keep-text.ts";
import { byDType } from "../stack.ts";
import { type Block, rangeOf, sizeOfBlock, type Target } from "./block.ts";
import { padBlock, withMargins } from "./pad.ts";
import type { Workspace } from "./workspace.ts";

/** The windows of one size among those that cover a neighbourhood, as places in a table, from the pixel's own on. */
interface Layer {
  readonly level: number;
  readonly tall: number;
  readonly places: GpuArray;
}

/** A neighbourhood covered by windows, for slices of one width. */
export interface GatherPlan {
  readonly around: Neighbourhood;
  /** From the smallest windows to the largest. */
  readonly layers: readonly Layer[];
}

const covers = new WeakMap<Neighbourhood, readonly CoverWindow[]>();

/** Covers a neighbourhood of any shape with few windows, for slices of this width. */
export async function planGather(c: Compute, around: Neighbourhood, width: number): Promise<GatherPlan> {
  const windows = covers.get(around) ?? coverWithWindows(around);
  covers.set(around, windows);
  const columns = width + around.right - around.left;
  const sizes = new Map(windows.map(({ level, tall }) => [`${level} ${tall}`, { level, tall }]));
  const layers: Layer[] = [];
  for (const { level, tall } of sizes.values()) {
    const same = windows.filter((window) => window.level === level && window.tall === tall);
    const places = same.map(({ dy, dx }) => (dy - around.top) * columns + dx - around.left);
    layers.push({ level, tall, places: await c.table(Uint32Array.from(places)) });
  }
  return { around, layers: layers.sort((a, b) => a.level - b.level || a.tall - b.tall) };
}

/**
 * The extremum over a neighbourhood of any shape, the border reflected: the extremum over the windows that cover it,
 * layer by layer, each read from a table of window extrema that is made from the table before.
 */
export async function gatherAround(
  { c, dtype, borrow, giveBack }: Workspace,
  kind: Extremum,
  block: Block,
  { around, layers }: GatherPlan,
  target: Target,
): Promise<void> {
  const margins = { top: -around.top, bottom: around.bottom, left: -around.left, right: around.right };
  const sides = withMargins(block, margins);
  const tableSize = sizeOfBlock(sides);
  let table = await borrow(tableSize);
  padBlock(c, block, "reflect", margins, { array: table, from: 0 });
  const grow = async (step: number): Promise<void> => {
    const wider = await borrow(tableSize);
    c.map(pairing[kind](dtype), { table }, { step, last: tableSize - 1 }, wider, { from: 0, to: tableSize });
    giveBack(table);
    table = wider;
  };
  let level = 0;
  let tall = 1;
  let partial: GpuArray | undefined;
  for (const [i, layer] of layers.entries()) {
    for (; level < layer.level; level++) await grow(2 ** level);
    for (; tall < layer.tall; tall *= 2) await grow(tall * sides.width);
    const to = i === layers.length - 1 ? target : { array: await borrow(sizeOfBlock(block)), from: 0 };
    const params = {
      origin: to.from,
      height: block.height,
      width: block.width,
      height_in: sides.height,
      width_in: sides.width,
    };
    const range = rangeOf(to, sizeOfBlock(block));
    const buffers = { table, places: layer.places };
    if (partial) c.map(continuing[kind](dtype), { ...buffers, partial }, params, to.array, range);
    else c.map(beginning[kind](dtype), buffers, params, to.array, range);
    if (partial) giveBack(partial);
    partial = to.array;
  }
  giveBack(table);
}

// A window twice as long or tall is two of the windows before; those at the end of the table reach past the slice and
// are never read.
const pairing = forBoth((kind) =>
  byDType((dtype) =>
    defineValueShader({
      label: `${kind} of pairs of ${dtype}`,
      buffers: { table: values(dtype) },
      params: { step: "u32", last: "u32" },
      output: dtype,
      code: `
${keepText(kind, numberTypeOf(dtype))}
fn value(i: u32) -> Value { return keep(load_table(i), load_table(min(i + params.step, params.last))); }`,
    }),
  ),
);

const params = { origin: "u32", height: "u32", width: "u32", height_in: "u32", width_in: "u32" } as const;

const gatherText = (kind: Extremum, type: string, start: string, from: string): string => `
${keepText(kind, type)}
fn value(i: u32) -> Value {
  let at = i - params.origin;
  let row = at / params.width;
  let y = row % params.height;
  let base = ((row / params.height) * params.height_in + y) * params.width_in + at % params.width;
  var best = ${start};
  for (var k = ${from}; k < arrayLength(&places); k++) { best = keep(best, load_table(base + places[k])); }
  return best;
}`;

const beginning = forBoth((kind) =>
  byDType((dtype) =>
    defineValueShader({
      label: `${kind} of windows of ${dtype}`,
      buffers: { table: values(dtype), places: words("u32") },
      params,
      output: dtype,
      code: gatherText(kind, numberTypeOf(dtype), "load_table(base + places[0])", "1u"),
    }),
  ),
);

const continuing = forBoth((kind) =>
  byDType((dtype) =>
    defineValueShader({
      label: `${kind} of more windows of ${dtype}`,
      buffers: { table: values(dtype), places: words("u32"), partial: values(dtype) },
      params,
      output: dtype,
      code: gatherText(kind, numberTypeOf(dtype), "load_partial(at)", "0u"),
    }),
  ),
);
