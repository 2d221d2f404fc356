import { HalfArray, type NdArray, ndarrayBackend, toDense, wrap } from "@platewright/backend-ndarray";
import { tfjsBackend } from "@platewright/backend-tfjs";
import { tfjsOnWebgpu } from "@platewright/backend-tfjs/webgpu";
import { webgpuBackend } from "@platewright/backend-webgpu";
import {
  castValues,
  createTypedArray,
  type DeviceLease,
  type DType,
  type MemoryType,
} from "@platewright/core";
import * as onHost from "@platewright/functions/ndarray";
import * as onTensors from "@platewright/functions/tfjs";
import * as onGpu from "@platewright/functions/webgpu";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { readFixture, type StoredArray, toArray, valuesOf } from "./fixture.ts";
import { type Gpu, openGpu } from "./webgpu/on-gpu.ts";

type Run = (name: string, stack: NdArray, params: object) => Promise<NdArray>;

/** A stack of float32 with NaN, infinities or both, and what numpy, scipy and scikit-image make of it. */
interface Special {
  readonly input: StoredArray;
  readonly results: readonly {
    readonly name: string;
    readonly params: object;
    /** `null` where they refuse it. */
    readonly expected: StoredArray | null;
  }[];
}

const [ofNaN, ofInfinities, ofBoth] = readFixture<Special[]>("special");
const stacks = { NaN: ofNaN, infinities: ofInfinities, "NaN and infinities": ofBoth } as Record<
  string,
  Special
>;

function expectNumpys(dtypes: readonly DType[], run: Run): void {
  describe.each(Object.entries(stacks))("of %s", (_, { input, results }) => {
    it.each(results)("$name $params is numpy's", async ({ name, params, expected }) => {
      for (const dtype of dtypes) {
        const stack = toArray(input);
        const given = createTypedArray(dtype, stack.size);
        castValues(valuesOf(stack) as never, given, dtype);
        const image = wrap(stack.shape, dtype, given);
        if (!expected) await expect(run(name, image, params)).rejects.toMatchObject({ code: "array" });
        else expectClose(await run(name, image, params), toArray(expected), `${name} of ${dtype}`);
      }
    });
  });
}

function expectClose(got: NdArray, expected: NdArray, what: string): void {
  const off = got.data instanceof HalfArray ? 4e-3 : 1e-5;
  const wanted = valuesOf(expected);
  expect(got.shape).toEqual([...expected.shape]);
  valuesOf(got).forEach((value, i) => {
    const other = wanted[i] as number;
    const isSame = Object.is(value, other) || Math.abs(value - other) <= off * Math.max(1, Math.abs(other));
    if (!isSame) expect.fail(`${what}: value ${i} is ${value}, not ${other}`);
  });
}

describe("on ndarrays", () => {
  const functions = onHost as unknown as Record<string, (stack: NdArray, params: object) => NdArray>;
  expectNumpys(["float16", "float32", "float64"], async (name, stack, params) => {
    const result = functions[name]?.(stack, params);
    if (!result) throw new Error(`There is no ${name}.`);
    return wrap(result.shape, ndarrayBackend().describe(result).dtype, toDense(result));
  });
});

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

function imageOf(...pixels: number[]): NdArray {
  return wrap([1, pixels.length], "float32", Float32Array.from(pixels));
}

it("NaN is background for labels and infinity is not; both are no 0, as for scipy", () => {
  const image = imageOf(nan, 1, infinity, nan, 0, -infinity, 2);
  expect(valuesOf(onHost.label(image))).toEqual([0, 1, 1, 0, 0, 0, 2]);
  expect(valuesOf(onHost.distanceTransform(image))).toEqual([4, 3, 2, 1, 0, 1, 2]);
});

it("an image is measured as numpy does where pixels are infinite, and NaN throughout where one is", () => {
  expect(onHost.measureImage(imageOf(1, 2, 3, 4, infinity))[1].measurements).toEqual({
    mean_intensity: infinity,
    sd_intensity: nan,
    min_intensity: 1,
    median_intensity: 3,
    max_intensity: infinity,
    integrated_intensity: infinity,
    otsu_threshold: nan,
  });
  const { measurements } = onHost.measureImage(imageOf(1, nan, -infinity))[1];
  expect(new Set(Object.values(measurements))).toEqual(new Set([nan]));
});

it.each([nan, infinity, -infinity])("cells are found around a pixel of %d by a threshold alone", (value) => {
  const pixels = Array.from({ length: 40 }, (_, x): number => (x >= 10 && x < 20 ? 100 : 1));
  pixels[30] = value;
  const image = imageOf(...pixels);
  expect(() => onHost.countCells(image)).toThrow(/A pixel is .* or give a threshold/);
  const [, { cells }] = onHost.countCells(image, { threshold: 50, minArea: 6, smoothing: 0 });
  expect(cells).toHaveLength(1);
  expect(cells[0]).toMatchObject({ area_px: 10, mean_intensity: 100 });
});

describeGpu("on a GPU", () => {
  const functions = onGpu as unknown as Record<string, (stack: object, params: object) => Promise<never>>;
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openGpu();
  });
  expectNumpys(["float16", "float32"], async (name, stack, params) =>
    gpu.download((await functions[name]?.(await gpu.upload(stack), params)) as never),
  );
});

describe.each(["cpu", "wasm"])("on tensors of %s", (backend) => {
  expectTensors(async () => {
    await tf.setBackend(backend);
    return tfjsBackend({ tf });
  });
});

describeGpu("on tensors of webgpu", () => {
  const webgpu = webgpuBackend();
  let lease: DeviceLease | undefined;
  afterAll(() => lease?.release());
  expectTensors(async () => {
    lease = await webgpu.devices.lease("webgpu:0");
    return tfjsOnWebgpu({ tf, webgpu });
  });
});

function expectTensors(open: () => Promise<MemoryType<"tfjs">>): void {
  const functions = onTensors as unknown as Record<
    string,
    (stack: tf.Tensor, params: object) => Promise<tf.Tensor>
  >;
  let type: MemoryType<"tfjs">;
  beforeAll(async () => {
    tf.enableProdMode();
    type = await open();
  });
  expectNumpys(["float16", "float32"], async (name, stack, params) => {
    const input = await type.fromHost(await ndarrayBackend().toHost(stack), { device: "webgpu:0" });
    const { shape, dtype, data } = await type.toHost((await functions[name]?.(input, params)) as tf.Tensor);
    return wrap(shape, dtype, data);
  });
}
