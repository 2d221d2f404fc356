import { definePipeline, type Step, step, use } from "@platewright/core";
import { expectTypeOf, test } from "vitest";
import type { Position } from "./fixtures/functions.ts";
import * as f from "./fixtures/functions.ts";

const channel = { groupBy: "channel" } as const;
const gaussian = use(f.gaussian, { sigma: 1 });

test("chains in chains are checked as one", () => {
  step("a", [f.tophat, [f.sharpen, [f.denoise]], f.segment]);
  // @ts-expect-error tensor → grid, across two borders
  step("a", [f.tophat, [f.sharpen, [f.denoise]], f.tophat]);
  // @ts-expect-error grid → shader, into a chain
  step("a", [f.tophat, [f.sobel]]);
  // @ts-expect-error undeclared, deep
  step("a", [f.tophat, [[(stack: unknown) => stack]]]);
  // @ts-expect-error required parameters, deep
  step("a", [f.tophat, [[f.normalise]]]);
  step("a", [f.tophat, [f.denoise, [f.sobel]]], { conversions: "auto" });
});

test("memory types are checked on each way through functions by component", () => {
  step("a", [f.tophat, { 1: f.sharpen, 2: [f.sharpen, gaussian] }, f.tophat], channel);
  step("a", [f.tophat, { 1: f.denoise, 2: [f.denoise, f.segment] }, f.segment], channel);
  step("a", [f.tophat, { 1: f.sharpen, 2: [] }, gaussian], channel);
  // @ts-expect-error grid → shader, for channel 2
  step("a", [f.tophat, { 1: f.sharpen, 2: f.sobel }], channel);
  // @ts-expect-error channel 2 gives tensor
  step("a", [f.tophat, { 1: f.sharpen, 2: f.denoise }, f.tophat], channel);
  // @ts-expect-error channel 1 gives grid
  step("a", [f.tophat, { 1: f.sharpen, 2: f.denoise }, f.segment], channel);
  // @ts-expect-error no variant for what channel 2 gives
  step("a", [f.tophat, { 1: f.sharpen, 2: f.denoise }, gaussian], channel);
  step("a", [f.tophat, { 1: f.sharpen, 2: f.denoise }, f.sobel], { ...channel, conversions: "auto" });
  // @ts-expect-error groupBy is missing
  step("a", [f.tophat, { 1: f.sharpen }]);
});

test("functions by two components", () => {
  const both = { groupBy: ["channel", "site"] } as const;
  step("a", { 1: { 1: f.tophat, 2: f.sharpen }, 2: f.denoise }, both);
  step("a", [f.tophat, { 1: [{ 1: f.sharpen }, f.tophat] }], both);
  // @ts-expect-error grid → shader, in the inner one
  step("a", [f.tophat, { 1: [{ 1: f.sharpen, 2: f.sobel }] }], both);
  // @ts-expect-error z makes up the stack
  step("a", { 1: { 1: f.tophat } }, { groupBy: ["channel", "z"] });
  // @ts-expect-error no such component
  step("a", { 1: { 1: f.tophat } }, { groupBy: ["channel", "colour"] });
});

test("what nested functions need and give is the step's", () => {
  const deep = step("deep", [f.tophat, { 1: [[f.findPositions]], 2: f.sharpen }], channel);
  expectTypeOf(deep).toEqualTypeOf<Step<{ name: "deep"; needs: {}; gives: { positions: Position[] } }>>();
  const stitch = step("stitch", [f.sharpen, { 1: use(f.stitch, { overlap: 1 }) }], channel);
  definePipeline({ name: "a", steps: [deep, stitch] });
  // @ts-expect-error no producer
  definePipeline({ name: "a", steps: [stitch] });
});
