import { definePipeline, resolveSettings, type SignatureOf, step, use } from "@platewright/core";
import { expectTypeOf, test } from "vitest";
import { grid } from "./fixtures/backends.ts";

const scaled = grid(
  { name: "scaled", params: { size: { type: "number" } }, specialInputs: ["pixelSize?", "cells?"] },
  (stack, p) => {
    expectTypeOf(p.pixelSize).toEqualTypeOf<number | undefined>();
    expectTypeOf(p.cells).toBeUnknown();
    expectTypeOf(p.size).toBeNumber();
    return stack;
  },
);

test("an optional special input is no need, and metadata may be given by hand", () => {
  expectTypeOf<SignatureOf<typeof scaled>["needs"]>().toEqualTypeOf<{}>();
  expectTypeOf<SignatureOf<typeof scaled>["params"]>().toEqualTypeOf<{
    readonly size: number;
    readonly pixelSize?: number;
  }>();
  use(scaled, { size: 1 });
  use(scaled, { size: 1, pixelSize: 0.65 });
  definePipeline({ name: "a", steps: [step("a", use(scaled, { size: 1 }))] });
  // @ts-expect-error artifacts are not given by hand
  use(scaled, { size: 1, cells: [] });
});

test("settings stand at the level they belong to", () => {
  step("a", use(scaled, { size: 1 }), { dtype: "native", conversions: "auto" });
  step("a", use(scaled, { size: 1 }), { dtype: { rescale: [0, 1] } });
  definePipeline({
    name: "a",
    steps: [],
    settings: { missing: "skip", compression: "deflate", dtype: "native" },
  });
  resolveSettings({
    global: { workers: 2, storage: "zarr" },
    pipeline: { missing: "skip" },
    step: { dtype: "native" },
  });
  // @ts-expect-error missing is the pipeline's
  step("a", use(scaled, { size: 1 }), { missing: "skip" });
  // @ts-expect-error workers are global
  definePipeline({ name: "a", steps: [], settings: { workers: 2 } });
  // @ts-expect-error no such policy
  step("a", use(scaled, { size: 1 }), { dtype: "uint8" });
  expectTypeOf(resolveSettings({}).values.workers).toBeNumber();
  expectTypeOf(resolveSettings({}).values.memoryLimit).toEqualTypeOf<number | undefined>();
});
