import {
  createDeclarer,
  type Declared,
  defineContract,
  defineTask,
  family,
  type Lazy,
  lazy,
  memoryTypes,
  PlatewrightError,
} from "@platewright/core";
import { z } from "zod";
import { grid, shader, tensor } from "../../pipeline/fixtures/backends.ts";

/** What the types would refuse. */
export const loose = (fn: unknown): Declared => fn as Declared;
export const gpu = shader({ name: "gpu" }, (stack) => stack);
export const twin = grid({ name: "same" }, (stack) => stack);
export const byTensor = tensor({ name: "byTensor" }, (stack) => stack);
export const needsGrid = grid({ name: "needsGrid", specialInputs: ["gridDimensions"] }, (stack) => stack);
export const needsPositions = grid(
  { name: "needsPositions", specialInputs: ["stagePositions"] },
  (stack) => stack,
);
export const needsSize = grid({ name: "needsSize", specialInputs: ["pixelSize"] }, (stack) => stack);
export const crop = grid(
  { name: "crop", params: z.object({ margin: z.number().positive("must be positive") }) },
  (stack) => stack,
);
export const strange = createDeclarer("ndarray" as "grid")({ name: "strange" }, (stack) => stack);
export const twoTypes = memoryTypes(
  { name: "twoTypes", input: "grid", output: "tensor" },
  (stack) => stack as never,
);
const contract = defineContract({ name: "blur" });
export const blur = family("blur", {
  tensor: tensor(contract, (s) => s),
  shader: shader(contract, (s) => s),
});
export const grow = grid({ name: "grow", slices: (n) => n + 1 }, (stack) => stack);
export const nothing = defineTask({ name: "nothing", run: () => {} });
export const otherNothing = defineTask({ name: "nothing", run: async () => {} });
export const pair = grid(
  { name: "pair", params: { low: { type: "number" }, high: { type: "number" } } },
  (stack) => stack,
);
export const sliceHalf = grid({ name: "sliceHalf", unit: "slice", slices: (n) => n }, (slice) => slice);
export const broken = grid(
  {
    name: "broken",
    slices: () => {
      throw new Error("no such rule");
    },
  },
  (stack) => stack,
);
export const picky = grid(
  {
    name: "picky",
    slices: (slices) => {
      throw new PlatewrightError("parameter", `picky takes 2 slices, not ${slices}.`);
    },
  },
  (stack) => stack,
);
export const sliceMany = grid({ name: "sliceMany", unit: "slice", slices: "one" }, (slice) => slice);
export const again = grid({ name: "again", specialOutputs: ["peak"] }, (stack) => [stack, { peak: 1 }]);
export const size = grid({ name: "size", specialOutputs: ["pixelSize"] }, (stack) => [
  stack,
  { pixelSize: 1 },
]);

export const lookup = grid({ name: "lookup" }, (stack) => stack);
/** A lazy value that looks like any other of its kind. */
export const lazyOnes = (): Lazy<number[]> => lazy(() => [1, 1]);
