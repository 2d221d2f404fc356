import { defineContract, type Roi } from "@platewright/core";
import { test } from "vitest";
import { grid, type NdArray } from "./fixtures/backends.ts";

declare const rois: readonly Roi[];

test("a special output is of the kind that its format keeps", () => {
  const out = { specialOutputs: ["x"] } as const;
  grid({ name: "a", ...out, materialize: { x: "csv" } }, (stack) => [stack, { x: [{ area: 1 }] }]);
  grid({ name: "a", ...out, materialize: { x: "tiff" } }, (stack) => [stack, { x: stack }]);
  grid({ name: "a", ...out, materialize: { x: "roi" } }, (stack) => [stack, { x: rois }]);
  grid({ name: "a", ...out, unit: "slice", materialize: { x: "tiff" } }, async (slice) => [
    slice,
    { x: slice },
  ]);
  // @ts-expect-error a number is no array
  grid({ name: "a", ...out, materialize: { x: "tiff" } }, (stack) => [stack, { x: 1 }]);
  // @ts-expect-error an array is no list of regions
  grid({ name: "a", ...out, materialize: { x: "roi" } }, (stack) => [stack, { x: stack }]);
  // @ts-expect-error ovals are not among the regions
  grid({ name: "a", ...out, materialize: { x: "roi" } }, (stack) => [stack, { x: [{ type: "oval" }] }]);
  // @ts-expect-error no such format
  grid({ name: "a", ...out, materialize: { x: "png" } }, (stack) => [stack, { x: 1 }]);
  // @ts-expect-error no such special output
  grid({ name: "a", ...out, materialize: { y: "csv" } }, (stack) => [stack, { x: 1 }]);
  // @ts-expect-error one of them is no special output
  grid({ name: "a", ...out, materialize: { x: "csv", y: "csv" } }, (stack) => [stack, { x: 1 }]);
});

test("in a shared contract too", () => {
  const contract = defineContract({ name: "a", specialOutputs: ["x"], materialize: { x: "roi" } });
  grid(contract, (stack) => [stack, { x: rois }]);
  // @ts-expect-error a number is no list of regions
  grid(contract, (stack: NdArray) => [stack, { x: 1 }]);
});
