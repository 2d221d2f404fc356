import type { NdArray } from "../pipeline/fixtures/backends.ts";
import { grid } from "../pipeline/fixtures/backends.ts";
import { gridFrom, mapGrid, valuesOf } from "./grid.ts";

/** Adds a number to every pixel. */
export const add = grid(
  {
    name: "add",
    package: "tests",
    params: { amount: { type: "integer", default: 1, minimum: 0, maximum: 50 } },
  },
  (stack, { amount }) => mapGrid(stack, (value) => value + amount),
);

/** Turns each slice upside down within its values: 200 − value. */
export const invert = grid({ name: "invert", package: "tests", unit: "slice" }, (slice) =>
  mapGrid(slice, (value) => 200 - value),
);

/** The greatest value along z: [1, Y, X]. */
export const project = grid({ name: "project", package: "tests", slices: "one" }, (stack) =>
  projectMax(stack),
);

/** The mean of each slice, one number a slice, kept as a table. */
export const measure = grid(
  {
    name: "measure",
    package: "tests",
    unit: "slice",
    specialOutputs: ["means"],
    materialize: { means: "csv" },
  },
  (slice) => {
    const values = valuesOf(slice);
    return [slice, { means: { mean: values.reduce((sum, value) => sum + value, 0) / values.length } }];
  },
);

/** The greatest value of the whole stack, for a later step. */
export const findPeak = grid({ name: "findPeak", package: "tests", specialOutputs: ["peak"] }, (stack) => [
  stack,
  { peak: Math.max(...valuesOf(stack)) },
]);

/** The distance to the greatest value that an earlier step found. */
export const fromPeak = grid(
  { name: "fromPeak", package: "tests", specialInputs: ["peak"] },
  (stack, { peak }: { peak: number }) => mapGrid(stack, (value) => peak - value),
);

/** Gives back the very array it was given. */
export const same = grid({ name: "same" }, (stack) => stack);

/** The greatest value along the first axis. */
function projectMax(stack: NdArray): NdArray {
  const [depth = 0, height = 0, width = 0] = stack.shape;
  const values = valuesOf(stack);
  return gridFrom([1, height, width], stack.dtype, (i) =>
    Math.max(...Array.from({ length: depth }, (_, z) => values[z * height * width + i] as number)),
  );
}
