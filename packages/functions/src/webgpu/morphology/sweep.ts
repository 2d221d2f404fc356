import { defineValueShader, numberTypeOf, values } from "@platewright/backend-webgpu";
import { reflectText } from "../border-text.ts";
import { type Extremum, forBoth, keepText } from "../keep-text.ts";
import { byDType } from "../stack.ts";
import { type Block, rangeOf, sizeOfBlock, type Target } from "./block.ts";
import type { Workspace } from "./workspace.ts";

/** A window along one axis: the offsets `first` … `first + length - 1` around each pixel. */
export interface AxisWindow {
  readonly axis: "x" | "y";
  readonly first: number;
  readonly length: number;
}

/**
 * The extremum over a window along one axis, the border reflected. Windows grow fourfold from one table to the next, so
 * that the work grows with the logarithm of the length.
 */
export async function sweepAxis(
  { c, dtype, borrow, giveBack }: Workspace,
  kind: Extremum,
  block: Block,
  { axis, first, length }: AxisWindow,
  target: Target,
): Promise<void> {
  const side = axis === "x" ? block.width : block.height;
  const padded = side + length - 1;
  const tableSize = (sizeOfBlock(block) / side) * padded;
  let source = block.array;
  let window = 1;
  const step = (to: Target, sideOut: number, last: number): void => {
    // The first shader reflects; the tables behind it are padded, and just read.
    const isFirst = window === 1;
    const params = {
      origin: to.from,
      stride: axis === "x" ? 1 : block.width,
      side_in: isFirst ? side : padded,
      side_out: sideOut,
      first: isFirst ? first : 0,
      step: window,
      last,
    };
    const shader = (isFirst ? reflecting : sliding)[kind](dtype);
    c.map(shader, { image: source }, params, to.array, rangeOf(to, (sizeOfBlock(block) / side) * sideOut));
    if (!isFirst) giveBack(source);
  };
  for (; 4 * window <= length; window *= 4) {
    const table = await borrow(tableSize);
    step({ array: table, from: 0 }, padded, 3 * window);
    source = table;
  }
  step(target, side, length - window);
}

const slideBy = (label: string, index: string) => (kind: Extremum) =>
  byDType((dtype) =>
    defineValueShader({
      label: `${kind} along an axis${label} of ${dtype}`,
      buffers: { image: values(dtype) },
      params: {
        origin: "u32",
        stride: "u32",
        side_in: "u32",
        side_out: "u32",
        first: "i32",
        step: "u32",
        last: "u32",
      },
      output: dtype,
      // The extremum of the values `step` apart from a pixel on, the last of them `last` away.
      code: `
${reflectText}
${keepText(kind, numberTypeOf(dtype))}
fn inside(place: u32) -> u32 { return ${index}; }
fn value(i: u32) -> Value {
  let at = i - params.origin;
  let row = at / params.stride;
  let place = row % params.side_out;
  let start = (row / params.side_out) * params.side_in * params.stride + at % params.stride;
  var best = load_image(start + inside(place) * params.stride);
  var shift = 0u;
  while (shift < params.last) {
    shift = min(shift + params.step, params.last);
    best = keep(best, load_image(start + inside(place + shift) * params.stride));
  }
  return best;
}`,
    }),
  );

const reflecting = forBoth(slideBy(", reflected,", "reflect_in(i32(place) + params.first, params.side_in)"));
const sliding = forBoth(slideBy("", "min(place, params.side_in - 1u)"));
