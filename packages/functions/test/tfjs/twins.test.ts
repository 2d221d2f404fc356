import { HalfArray, type NdArray, ndarrayBackend, toDense } from "@platewright/backend-ndarray";
import { tfjsBackend } from "@platewright/backend-tfjs";
import { tfjsOnWebgpu } from "@platewright/backend-tfjs/webgpu";
import { webgpuBackend } from "@platewright/backend-webgpu";
import { contractOf, type DType, isIntegerDType, type MemoryType } from "@platewright/core";
import * as cpuFunctions from "@platewright/functions/ndarray";
import * as tfjsFunctions from "@platewright/functions/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeGpu } from "../../../../test/support/gpu.ts";
import { randomStack, type Spread, shapes } from "../webgpu/stacks.ts";

type Twin = (stack: NdArray, params: object) => NdArray;
type OnTensor = (stack: tf.Tensor, params: object) => Promise<tf.Tensor>;

const onCpu = cpuFunctions as unknown as Readonly<Record<string, Twin>>;
const onTensors = tfjsFunctions as unknown as Readonly<Record<string, OnTensor>>;
const device = "webgpu:0";
const ndarray = ndarrayBackend();
// int32 is tried with values that a float32 holds, which is what TensorFlow.js computes in on a GPU.
const held: readonly DType[] = ["bool", "uint8", "int8", "uint16", "int16", "int32", "float16", "float32"];
const spreads: readonly Spread[] = ["few levels", "camera"];

const cases: readonly (readonly [name: string, params: object])[] = [
  ["maxProjection", {}],
  ["minProjection", {}],
  ["meanProjection", {}],
  ["sumProjection", {}],
  ["projection", { method: "mean" }],
  ["composite", {}],
  ["threshold", { value: 120.5 }],
  ["threshold", { value: -1 }],
  ["threshold", { value: 1e12 }],
  ["threshold", { value: 0.1 }],
  ["otsuThreshold", {}],
  ["gaussian", { sigma: 1.3 }],
  ["gaussian", { sigma: 0 }],
  ["gaussian", { sigma: 6 }],
  ["percentileNormalize", {}],
  ["percentileNormalize", { low: 12.5, high: 60 }],
  ["stackPercentileNormalize", {}],
  ["erosion", {}],
  ["dilation", { radius: 2, shape: "square" }],
  ["opening", { radius: 7 }],
  ["opening", { footprint: "11/11" }],
  ["closing", { footprint: "0110/1010/0010" }],
  ["closing", { radius: 10, shape: "square" }],
  ["erosion", { footprint: "100" }],
  ["whiteTophat", { radius: 9 }],
  ["whiteTophat", { radius: 17, shape: "square" }],
  ["whiteTophat", { footprint: "1101/1111" }],
];

/** Whole numbers may be one level off where the library sums fractions in an order of its own. */
const isSummed = (name: string): boolean => name === "gaussian" || name === "composite";

function defineTwins(
  dtypes: readonly DType[],
  open: () => Promise<{ type: MemoryType<"tfjs">; close(): void }>,
): void {
  let type: MemoryType<"tfjs">;
  let close: () => void;
  beforeAll(async () => {
    tf.enableProdMode();
    ({ type, close } = await open());
  });
  afterAll(() => close());

  it.each(cases)(
    "%s %j equals the ndarray variant, and keeps nothing but its result",
    async (name, params) => {
      const takesMasks = !name.toLowerCase().includes("percentile");
      for (const dtype of dtypes.filter((each) => takesMasks || each !== "bool")) {
        for (const [s, shape] of shapes.entries()) {
          const spread = dtype === "int32" ? "camera" : (spreads[s % spreads.length] ?? "camera");
          const stack = randomStack(shape, dtype, spread, s + 1);
          const expected = onCpu[name]?.(stack, params);
          const before = tf.memory().numTensors;
          const input = await type.fromHost(await ndarray.toHost(stack), { device });
          const result = await onTensors[name]?.(input, params);
          if (!result || !expected) throw new Error(`${name} has no twin.`);
          expect(tf.memory().numTensors - before, "tensors").toBe(2);
          const got = await type.toHost(result);
          const what = `${name} ${dtype} ${shape}`;
          expect([got.shape, got.dtype], what).toEqual([
            [...expected.shape],
            ndarray.describe(expected).dtype,
          ]);
          expectClose(got.data, toDense(expected), isSummed(name) && isIntegerDType(dtype) ? 1 : 0, what);
          type.dispose?.(result);
          type.dispose?.(input);
          expect(tf.memory().numTensors, "tensors").toBe(before);
        }
      }
    },
  );
}

/** Whole numbers are within a number of levels; floats within 1e-6 of the largest, or rounded to the next float16. */
function expectClose(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  levels: number,
  what: string,
): void {
  const isFloat = expected instanceof Float32Array;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i] ?? 0));
  const tolerance = isFloat ? 1e-6 * largest : levels;
  const step = expected instanceof HalfArray ? 2 ** -10 : 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs((got[i] ?? Number.NaN) - (expected[i] ?? 0));
    if (!(off <= Math.max(tolerance, step * Math.abs(expected[i] ?? 0))))
      expect.fail(`${what}: value ${i} is ${got[i]}, not ${expected[i]}`);
  }
}

describe.each(["cpu", "wasm"])("on %s", (backend) => {
  defineTwins(held, async () => {
    await tf.setBackend(backend);
    return { type: tfjsBackend({ tf }), close() {} };
  });
});

describeGpu("on webgpu", () => {
  // A choice, since each dtype and shape compiles shaders of its own.
  defineTwins(["bool", "uint8", "uint16", "int16", "float16", "float32"], async () => {
    const webgpu = webgpuBackend();
    const lease = await webgpu.devices.lease(device);
    return {
      type: tfjsOnWebgpu({ tf, webgpu }),
      close() {
        expect(lease.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
        lease.release();
      },
    };
  });
});

it("every function has the contract of its twin", () => {
  expect(Object.keys(tfjsFunctions).length).toBeGreaterThan(12);
  for (const [name, fn] of Object.entries(tfjsFunctions)) {
    const { input, output, cost, workspace: _, ...rest } = contractOf(fn as never) ?? {};
    const {
      input: _i,
      output: _o,
      cost: _c,
      workspace: _w,
      ...twin
    } = contractOf(onCpu[name] as never) ?? {};
    expect({ ...rest, input, output }).toEqual({ ...twin, input: "tfjs", output: "tfjs" });
    expect(rest.name).toBe(name);
    expect(cost === undefined || typeof cost === "function" || typeof cost === "number").toBe(true);
  }
});

it.each([[[5]], [[1, 2, 3, 4]], [[0, 4]]])("refuses an image of shape %j", async (shape) => {
  await tf.setBackend("cpu");
  await expect(tfjsFunctions.gaussian(tf.zeros(shape))).rejects.toThrow(`this has (${shape.join(", ")})`);
  await expect(tfjsFunctions.composite(tf.zeros(shape))).rejects.toThrow(`this has (${shape.join(", ")})`);
});
