import { createTypedArray, family, sizeOf } from "@platewright/core";
import { type GpuImage, grid, type NdArray, shader } from "../pipeline/fixtures/backends.ts";
import type { Counted } from "./devices.ts";
import { gridFrom, valuesOf } from "./grid.ts";

/** The greatest of each pixel and its eight neighbours, slice by slice. */
export function spread(shape: readonly number[], values: ArrayLike<number>): (i: number) => number {
  const [, height = 0, width = 0] = shape;
  return (i) => {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    const start = i - y * width - x;
    let most = 0;
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++)
        most = Math.max(most, values[start + v * width + u] as number);
    return most;
  };
}

/** Functions on the GPU of a test, on the device on which their input lies, with CPU twins. */
export function functionsOn(shaders: Counted<"shader">) {
  const make = (stack: GpuImage, shape: readonly number[], valueAt: (i: number) => number) => {
    const values = createTypedArray(stack.dtype, sizeOf(shape));
    for (let i = 0; i < values.length; i++) values[i] = valueAt(i);
    return shaders.create(shape, stack.dtype, values, shaders.type.describe(stack).device);
  };
  const spreadContract = { name: "spread", halo: 1, slicewise: true } as const;
  const plusContract = { name: "plus", halo: 0, slicewise: true } as const;
  const maxContract = { name: "max", slices: "one", halo: 0 } as const;
  const projectMax =
    ([depth = 0, height = 0, width = 0]: readonly number[], values: ArrayLike<number>) =>
    (i: number) =>
      Math.max(...Array.from({ length: depth }, (_, z) => values[z * height * width + i] as number));
  const read = (stack: GpuImage) => shaders.read(stack);
  const onGrid = (stack: NdArray, shape: readonly number[], valueAt: (i: number) => number) =>
    gridFrom(shape, stack.dtype, valueAt);
  return {
    spread: family("spread", {
      shader: shader(spreadContract, (s) => make(s, s.shape, spread(s.shape, read(s)))),
      grid: grid(spreadContract, (s) => onGrid(s, s.shape, spread(s.shape, valuesOf(s)))),
    }),
    plus: family("plus", {
      shader: shader(plusContract, (s) => make(s, s.shape, (i) => (read(s)[i] as number) + 1)),
      grid: grid(plusContract, (s) => onGrid(s, s.shape, (i) => (valuesOf(s)[i] as number) + 1)),
    }),
    max: family("max", {
      shader: shader(maxContract, (s) => make(s, [1, ...s.shape.slice(1)], projectMax(s.shape, read(s)))),
      grid: grid(maxContract, (s) => onGrid(s, [1, ...s.shape.slice(1)], projectMax(s.shape, valuesOf(s)))),
    }),
    stubborn: shader({ name: "stubborn", oomRecovery: false, slicewise: true }, (s) =>
      make(s, s.shape, (i) => read(s)[i] as number),
    ),
  };
}
