import { type Compute, defineValueShader, type GpuArray, values } from "@platewright/backend-webgpu";
import { type Footprint, type Neighbourhood, placementsOf } from "@platewright/kernels";
import type { Extremum } from "../keep-text.ts";
import { byDType, packedBytes, sidesOf, slabsOf, slicesFrom } from "../stack.ts";
import { type Block, rangeOf, sizeOfBlock, type Target } from "./block.ts";
import { type GatherPlan, gatherAround, planGather } from "./gather.ts";
import { type Margins, padBlock, withMargins } from "./pad.ts";
import { sweepAxis } from "./sweep.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

/** The grey operations. */
export type Operation = "erode" | "dilate" | "open" | "close" | "whiteTophat";

/** One sliding extremum; with a plan where its neighbourhood is no rectangle. */
interface Pass {
  readonly kind: Extremum;
  readonly around: Neighbourhood;
  readonly plan?: GatherPlan;
}

/** Grey morphology of each slice of a stack, in a new stack; placement and border as in scikit-image 0.19. */
export async function runMorphology(
  c: Compute,
  stack: GpuArray,
  operation: Operation,
  footprint: Footprint,
): Promise<GpuArray> {
  const { dtype, shape } = stack;
  const sides = sidesOf(stack);
  const result = await c.allocate(shape, dtype);
  const workspace = createWorkspace(c, dtype);
  const margins = marginsOf(operation, footprint);
  const padded = withMargins(sides, margins);
  const passes: Pass[] = [];
  for (const { kind, around } of passesOf(operation, footprint)) {
    if (around.isRectangle) passes.push({ kind, around });
    else passes.push({ kind, around, plan: await planGather(c, around, padded.width) });
  }
  const bytes = packedBytes((padded.height + footprint.height) * (padded.width + footprint.width), dtype);
  for (const { from, count } of slabsOf(sides, dtype, bytes)) {
    const image = { ...sides, array: slicesFrom(stack, from, count), depth: count };
    const target = { array: result, from: from * sides.plane };
    if (operation === "whiteTophat") {
      const opened = await slideAll(workspace, image, passes);
      const range = rangeOf(target, sizeOfBlock(image));
      const buffers = { image: image.array, background: opened.array };
      c.map(subtract(dtype), buffers, { origin: target.from }, result, range);
      workspace.giveBack(opened.array);
    } else if (margins.top + margins.left > 0) await slidePadded(workspace, image, passes, margins, target);
    else await slideAll(workspace, image, passes, target);
  }
  return result;
}

// The placements that the kernels for the CPU use, too.
function passesOf(operation: Operation, footprint: Footprint): readonly Pass[] {
  const { plain, shifted, mirrored } = placementsOf(footprint);
  if (operation === "erode") return [{ kind: "min", around: plain }];
  if (operation === "dilate") return [{ kind: "max", around: plain }];
  if (operation === "open")
    return [
      { kind: "min", around: plain },
      { kind: "max", around: shifted },
    ];
  if (operation === "close")
    return [
      { kind: "max", around: plain },
      { kind: "min", around: shifted },
    ];
  return [
    { kind: "min", around: shifted },
    { kind: "max", around: mirrored },
  ];
}

// scikit-image repeats the edge around an image before opening or closing it with an even-sided footprint.
function marginsOf(operation: Operation, { height, width }: Footprint): Margins {
  const isPadded = operation === "open" || operation === "close";
  const y = isPadded && height % 2 === 0 ? height - 1 : 0;
  const x = isPadded && width % 2 === 0 ? width - 1 : 0;
  return { top: y, bottom: y, left: x, right: x };
}

async function slidePadded(
  workspace: Workspace,
  image: Block,
  passes: readonly Pass[],
  margins: Margins,
  target: Target,
): Promise<void> {
  const { c, borrow, giveBack } = workspace;
  const { top, bottom, left, right } = margins;
  const room = await borrow(sizeOfBlock(withMargins(image, margins)));
  const padded = padBlock(c, image, "edge", margins, { array: room, from: 0 });
  const slid = await slideAll(workspace, padded, passes);
  const cut = { top: -top, bottom: -bottom, left: -left, right: -right };
  padBlock(c, slid, "edge", cut, target);
  giveBack(slid.array);
  giveBack(room);
}

/** Runs the passes one after the other, into `target` or a borrowed array. Gives the block of the result. */
async function slideAll(
  workspace: Workspace,
  image: Block,
  passes: readonly Pass[],
  target?: Target,
): Promise<Block> {
  const size = sizeOfBlock(image);
  let block = image;
  for (const [i, pass] of passes.entries()) {
    const isLast = i === passes.length - 1;
    const to = (isLast ? target : undefined) ?? { array: await workspace.borrow(size), from: 0 };
    await slide(workspace, block, pass, to);
    if (block !== image) workspace.giveBack(block.array);
    block = { ...block, array: to.array };
  }
  return block;
}

async function slide(
  workspace: Workspace,
  block: Block,
  { kind, around, plan }: Pass,
  target: Target,
): Promise<void> {
  if (plan) return gatherAround(workspace, kind, block, plan, target);
  const { left, right, top, bottom } = around;
  const between = await workspace.borrow(sizeOfBlock(block));
  const across = { axis: "x", first: left, length: right - left + 1 } as const;
  await sweepAxis(workspace, kind, block, across, { array: between, from: 0 });
  const down = { axis: "y", first: top, length: bottom - top + 1 } as const;
  await sweepAxis(workspace, kind, { ...block, array: between }, down, target);
  workspace.giveBack(between);
}

const subtract = byDType((dtype) =>
  defineValueShader({
    label: `difference of ${dtype}`,
    buffers: { image: values(dtype), background: values(dtype) },
    params: { origin: "u32" },
    output: dtype,
    code: `
fn value(i: u32) -> Value { return load_image(i - params.origin) - load_background(i - params.origin); }`,
  }),
);
