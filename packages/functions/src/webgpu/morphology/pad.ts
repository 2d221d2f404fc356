import { type Compute, defineValueShader, values } from "@platewright/backend-webgpu";
import { reflectText } from "../border-text.ts";
import { byDType } from "../stack.ts";
import { type Block, rangeOf, sizeOfBlock, type Target } from "./block.ts";

/** Pixels that are added around each slice; cut off where negative. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The sides of a block with margins around its slices. */
export function withMargins<B extends Omit<Block, "array">>(
  block: B,
  { top, bottom, left, right }: Margins,
): B {
  return { ...block, height: block.height + top + bottom, width: block.width + left + right };
}

/** Adds margins to each slice, filled by reflecting the slice or by repeating its edge. */
export function padBlock(
  c: Compute,
  block: Block,
  fill: "reflect" | "edge",
  margins: Margins,
  target: Target,
): Block {
  const padded = { ...withMargins(block, margins), array: target.array };
  const params = {
    origin: target.from,
    height: block.height,
    width: block.width,
    height_out: padded.height,
    width_out: padded.width,
    top: margins.top,
    left: margins.left,
  };
  const shader = (fill === "reflect" ? reflecting : repeating)(block.array.dtype);
  c.map(shader, { image: block.array }, params, target.array, rangeOf(target, sizeOfBlock(padded)));
  return padded;
}

const padBy = (label: string, index: string) =>
  byDType((dtype) =>
    defineValueShader({
      label: `${label} ${dtype}`,
      buffers: { image: values(dtype) },
      params: {
        origin: "u32",
        height: "u32",
        width: "u32",
        height_out: "u32",
        width_out: "u32",
        top: "i32",
        left: "i32",
      },
      output: dtype,
      code: `
${reflectText}
fn inside(i: i32, n: u32) -> u32 { return ${index}; }
fn value(i: u32) -> Value {
  let row = (i - params.origin) / params.width_out;
  let x = inside(i32((i - params.origin) % params.width_out) - params.left, params.width);
  let y = inside(i32(row % params.height_out) - params.top, params.height);
  return load_image(((row / params.height_out) * params.height + y) * params.width + x);
}`,
    }),
  );

const reflecting = padBy("pad by reflecting", "reflect_in(i, n)");
const repeating = padBy("pad by the edge", "u32(clamp(i, 0, i32(n) - 1))");
