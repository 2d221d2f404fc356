import { type Declared, definePipeline, type Step, step, use } from "@platewright/core";
import { expectTypeOf, test } from "vitest";
import type { Position } from "./fixtures/functions.ts";
import * as f from "./fixtures/functions.ts";

test("use checks parameters", () => {
  use(f.tophat);
  use(f.tophat, { radius: 1 });
  use(f.gaussian, { sigma: 1 });
  use(f.gaussian.shader, { sigma: 1 }, { enabled: false });
  use(f.maxProjection, {}, { enabled: false });
  use(f.stitch, { overlap: 1, pixelSize: 0.65 });
  // @ts-expect-error missing
  use(f.normalise);
  // @ts-expect-error missing one
  use(f.normalise, { low: 1 });
  // @ts-expect-error unknown key
  use(f.tophat, { radiuss: 1 });
  // @ts-expect-error wrong type
  use(f.tophat, { radius: "1" });
  // @ts-expect-error not one of the choices
  use(f.tophat, { shape: "ring" });
  // @ts-expect-error no parameters
  use(f.maxProjection, { method: "max" });
  // @ts-expect-error special inputs are not given by hand
  use(f.stitch, { overlap: 1, positions: [] });
  // @ts-expect-error not declared
  use((stack: unknown) => stack);
});

test("chains: neighbours agree", () => {
  step("a", [f.tophat, f.sharpen, f.denoise, f.segment]);
  step("a", [f.tophat, use(f.gaussian, { sigma: 1 }), f.sharpen]);
  step("a", [use(f.gaussian, { sigma: 1 }), f.sobel]);
  step("a", [f.denoise, f.sobel, f.tophat], { conversions: "auto" });
  // @ts-expect-error grid → shader
  step("a", [f.tophat, f.sobel]);
  // @ts-expect-error the family must follow grid, so it gives grid
  step("a", [f.tophat, use(f.gaussian, { sigma: 1 }), f.sobel]);
  // @ts-expect-error tensor → neither variant
  step("a", [f.denoise, use(f.gaussian, { sigma: 1 })]);
  // @ts-expect-error grid → pinned shader
  step("a", [f.tophat, use(f.gaussian.shader, { sigma: 1 })]);
  // @ts-expect-error deep in the chain
  step("a", [f.tophat, f.sharpen, f.denoise, f.segment, f.tophat]);
  // @ts-expect-error not declared
  step("a", [f.tophat, (stack: unknown) => stack]);
  // @ts-expect-error required parameters
  step("a", f.normalise);
  // @ts-expect-error required parameters, in a chain, also with conversions
  step("a", [f.tophat, f.normalise], { conversions: "auto" });
});

test("a function known only at run time is left to the compiler", () => {
  const loaded = f.tophat as Declared;
  step("a", [f.tophat, loaded, f.sobel]);
  step("a", [loaded, loaded] as Declared[]);
  definePipeline({ name: "a", steps: [step("b", loaded)] });
});

test("by component", () => {
  step("a", { 1: f.tophat, 2: [f.tophat, f.sharpen] }, { groupBy: "channel" });
  step("a", { DAPI: f.denoise, GFP: f.sobel }, { groupBy: "channel" });
  // @ts-expect-error groupBy missing
  step("a", { 1: f.tophat });
  // @ts-expect-error groupBy missing
  step("a", { 1: f.tophat }, { variableComponents: ["z"] });
  // @ts-expect-error z makes up the stack
  step("a", { 1: f.tophat }, { groupBy: "z" });
  step("a", { 1: f.tophat }, { groupBy: "z", variableComponents: ["site"] });
  // @ts-expect-error no such component
  step("a", { 1: f.tophat }, { groupBy: "colour" });
  // @ts-expect-error nested chain disagrees
  step("a", { 1: [f.tophat, f.sobel] }, { groupBy: "channel" });
  // @ts-expect-error unknown option
  step("a", f.tophat, { groupby: "channel" });
});

test("special inputs come from earlier steps or metadata", () => {
  const find = step("find", f.findPositions);
  const stitch = step("stitch", use(f.stitch, { overlap: 1 }));
  expectTypeOf(find).toEqualTypeOf<Step<{ name: "find"; needs: {}; gives: { positions: Position[] } }>>();
  definePipeline({ name: "a", steps: [find, stitch] });
  definePipeline({ name: "a", steps: [step("both", [f.tophat, f.findPositions]), stitch] });
  definePipeline({
    name: "a",
    steps: [step("c", { 1: f.findPositions, 2: f.tophat }, { groupBy: "channel" }), stitch],
  });
  // @ts-expect-error no producer
  definePipeline({ name: "a", steps: [stitch] });
  // @ts-expect-error producer too late
  definePipeline({ name: "a", steps: [stitch, find] });
  // @ts-expect-error producer in the same step
  definePipeline({ name: "a", steps: [step("same", [f.findPositions, use(f.stitch, { overlap: 1 })])] });
  // @ts-expect-error another type
  definePipeline({ name: "a", steps: [find, step("text", f.stitchText)] });
  // @ts-expect-error given twice
  definePipeline({ name: "a", steps: [find, step("again", f.findPositions)] });
  // @ts-expect-error not a step
  definePipeline({ name: "a", steps: [f.tophat] });
});

test("a list of steps made at run time is left to the compiler", () => {
  const steps: Step[] = [step("a", f.tophat)];
  definePipeline({ name: "a", steps });
  definePipeline({ name: "a", steps: [...steps, step("b", f.tophat)] });
  definePipeline({ name: "empty", steps: [] });
});
