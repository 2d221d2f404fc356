import { contractOf, family, memoryTypes, type SignatureOf } from "@platewright/core";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { type GpuImage, grid, type NdArray, shader, type TfTensor, tensor } from "./fixtures/backends.ts";
import type { Position } from "./fixtures/functions.ts";
import * as f from "./fixtures/functions.ts";

test("the stack is the array of the memory type", () => {
  grid({ name: "a" }, (stack) => (expectTypeOf(stack).toEqualTypeOf<NdArray>(), stack));
  shader({ name: "a" }, async (stack) => (expectTypeOf(stack).toEqualTypeOf<GpuImage>(), stack));
  memoryTypes(
    { name: "a", input: "tensor", output: "grid" },
    async (stack): Promise<NdArray> => (expectTypeOf(stack).toEqualTypeOf<TfTensor>(), {} as NdArray),
  );
  // @ts-expect-error a tensor function must give a tensor
  tensor({ name: "a" }, () => ({}) as NdArray);
  // @ts-expect-error host is the only other memory type
  memoryTypes({ name: "a", input: "cupy", output: "grid" }, (stack) => stack);
});

test("the very function comes back, with its own call signature", () => {
  expectTypeOf(f.tophat).toBeCallableWith({} as NdArray, { radius: 3, shape: "disk" });
  expectTypeOf(f.maxProjection).toBeCallableWith({} as NdArray);
  expectTypeOf(f.sharpen({} as NdArray, {})).toEqualTypeOf<Promise<NdArray>>();
  expectTypeOf(f.maxProjection({} as NdArray)).toEqualTypeOf<NdArray>();
});

test("a parameter table gives types, and defaults make parameters optional", () => {
  expectTypeOf<SignatureOf<typeof f.tophat>["params"]>().toEqualTypeOf<{
    readonly radius?: number;
    readonly shape?: "disk" | "square";
  }>();
  grid(
    {
      name: "a",
      params: {
        n: { type: "integer", optional: true },
        s: { type: "string" },
        b: { type: "boolean", default: true },
        l: { type: "array", items: { type: "number" } },
      },
      slices: (n, p) => (
        expectTypeOf(n).toBeNumber(), expectTypeOf(p.n).toEqualTypeOf<number | undefined>(), n
      ),
      halo: (p) => (expectTypeOf(p.b).toBeBoolean(), 1),
    },
    (stack, p) => {
      expectTypeOf(p).toEqualTypeOf<{
        readonly n: number | undefined;
        readonly s: string;
        readonly b: boolean;
        readonly l: readonly number[];
      }>();
      return stack;
    },
  );
  // @ts-expect-error no such kind of parameter
  grid({ name: "a", params: { radius: { type: "float" } } }, (stack) => stack);
  // @ts-expect-error the function reads a parameter the table lacks
  grid({ name: "a", params: { radius: { type: "number" } } }, (stack, { sigma }) => stack.pick(sigma));
  // @ts-expect-error an annotation may not ask for more than the table gives
  grid({ name: "a", params: { radius: { type: "number" } } }, (stack, p: { radius: number; sigma: number }) =>
    stack.pick(p.sigma),
  );
  // @ts-expect-error nor for another type
  grid({ name: "a", params: { radius: { type: "number" } } }, (stack, p: { radius: string }) =>
    stack.pick(p.radius.length),
  );
});

test("a Standard Schema does the same", () => {
  const fn = grid(
    {
      name: "a",
      params: z.object({ sigma: z.number().positive(), mode: z.enum(["same", "valid"]).default("same") }),
    },
    (stack, p) => {
      expectTypeOf(p).toEqualTypeOf<{ sigma: number; mode: "same" | "valid" }>();
      return stack;
    },
  );
  expectTypeOf<SignatureOf<typeof fn>["params"]>().branded.toEqualTypeOf<{
    sigma: number;
    mode?: "same" | "valid" | undefined;
  }>();
});

test("without a table, the annotation gives the parameters", () => {
  expectTypeOf<SignatureOf<typeof f.sharpen>["params"]>().toEqualTypeOf<{ amount?: number }>();
});

test("special inputs: metadata typed by core, artifacts by annotation, both kept from the user's parameters", () => {
  grid({ name: "a", specialInputs: ["pixelSize", "stagePositions", "cells"] }, (stack, p) => {
    expectTypeOf(p.pixelSize).toBeNumber();
    expectTypeOf(p.stagePositions).toEqualTypeOf<readonly (readonly [x: number, y: number])[]>();
    expectTypeOf(p.cells).toBeUnknown();
    return stack;
  });
  type Stitch = SignatureOf<typeof f.stitch>;
  expectTypeOf<Stitch["needs"]>().toEqualTypeOf<{
    readonly positions: readonly Position[];
    readonly pixelSize: number;
  }>();
  expectTypeOf<Stitch["params"]>().toEqualTypeOf<{ overlap: number; readonly pixelSize?: number }>();
  // @ts-expect-error pixelSize is a number
  grid({ name: "a", specialInputs: ["pixelSize"] }, (stack, p: { pixelSize: string }) =>
    stack.pick(p.pixelSize.length),
  );
});

test("special outputs must be returned, all of them and no others", () => {
  expectTypeOf<SignatureOf<typeof f.findPositions>["gives"]>().toEqualTypeOf<{ positions: Position[] }>();
  // @ts-expect-error not returned
  grid({ name: "a", specialOutputs: ["positions"] }, (stack) => stack);
  // @ts-expect-error another key
  grid({ name: "a", specialOutputs: ["positions"] }, (stack) => [stack, { cells: 1 }]);
  // @ts-expect-error one too many
  grid({ name: "a", specialOutputs: ["positions"] }, (stack) => [stack, { positions: 1, cells: 1 }]);
  // @ts-expect-error returned but not declared
  grid({ name: "a" }, (stack) => [stack, { positions: 1 }]);
  grid({ name: "a", specialOutputs: ["positions"] }, async (stack) => [stack, { positions: 1 }]);
});

test("a slice function gives one special output for each slice", () => {
  expectTypeOf<SignatureOf<typeof f.countCells>["gives"]>().toEqualTypeOf<{
    readonly cellCount: readonly number[];
  }>();
});

test("the contract is readable", () => {
  expectTypeOf(contractOf(f.denoise).output).toEqualTypeOf<"tensor">();
  expectTypeOf(contractOf(JSON.parse("1") as unknown)?.name).toEqualTypeOf<string | undefined>();
});

test("a family's variants take the memory type they stand under and the same parameters", () => {
  expectTypeOf(f.gaussian.shader).toEqualTypeOf(f.gaussianGpu);
  // @ts-expect-error sobel takes shader
  family("sobel", { grid: f.sobel });
  // @ts-expect-error other parameters
  family("mixed", { grid: f.normalise, shader: f.gaussianGpu });
  // @ts-expect-error there is no tensor variant
  f.gaussian.tensor;
});
