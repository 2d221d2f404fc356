import type { NdArray } from "@platewright/backend-ndarray";
import type { GpuArray } from "@platewright/backend-webgpu";
import {
  closing,
  composite,
  dilation,
  erosion,
  gaussian,
  maxProjection,
  meanProjection,
  minProjection,
  opening,
  otsuThreshold,
  percentileNormalize,
  stackPercentileNormalize,
  sumProjection,
  whiteTophat,
} from "@platewright/functions/webgpu";
import { beforeAll, describe, expect, it } from "vitest";
import { readFixture, type StoredArray, toArray, valuesOf } from "../fixture.ts";
import { type Gpu, openGpu } from "./on-gpu.ts";

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});

async function run(given: StoredArray, fn: (stack: GpuArray) => Promise<GpuArray>): Promise<NdArray> {
  const input = await gpu.upload(toArray(given));
  const result = await fn(input);
  const got = await gpu.download(result);
  for (const { buffer } of [input, result]) gpu.device.release(buffer);
  return got;
}

interface NormalizeCase {
  readonly input: StoredArray;
  readonly low: number;
  readonly high: number;
  readonly slice: StoredArray;
  readonly stack: StoredArray;
}

describe.each(readFixture<NormalizeCase[]>("normalize"))(
  "$input.dtype of shape $input.shape, $low to $high",
  ({ input, low, high, slice, stack }) => {
    // A GPU divides floats to 2.5 units in the last place.
    const off = input.dtype === "float32" ? 3e-7 : 0;

    it("is stretched as numpy does", async () => {
      const ofSlices = await run(input, (image) => percentileNormalize(image, { low, high }));
      const ofStack = await run(input, (image) => stackPercentileNormalize(image, { low, high }));
      expectClose(ofSlices, slice, off);
      expectClose(ofStack, stack, off);
    });
  },
);

const operations = { closing, dilation, erosion, opening, whiteTophat };

interface MorphologyCase {
  readonly input: StoredArray;
  readonly results: readonly {
    readonly operation: keyof typeof operations;
    readonly params: { readonly radius?: number; readonly shape?: "square"; readonly footprint?: string };
    readonly expected: StoredArray;
  }[];
}

describe.each(readFixture<MorphologyCase[]>("morphology"))("an image of shape $input.shape", (known) => {
  it.each(known.results)(
    "$operation $params equals scikit-image",
    async ({ operation, params, expected }) => {
      expectClose(await run(known.input, (image) => operations[operation](image, params)), expected, 0);
    },
  );
});

interface GaussianCase {
  readonly input: StoredArray;
  readonly sigma: number;
  readonly expected: StoredArray;
}

it.each(readFixture<GaussianCase[]>("gaussian"))(
  "gaussian $sigma of $input.dtype of shape $input.shape is within rounding of scipy",
  async ({ input, sigma, expected }) => {
    const result = await run(input, (image) => gaussian(image, { sigma }));
    expectClose(result, expected, input.dtype === "float32" ? 1e-5 : 0.51);
  },
);

interface ProjectionCase {
  readonly input: StoredArray;
  readonly max: StoredArray;
  readonly min: StoredArray;
  readonly mean: StoredArray;
  readonly sum: StoredArray;
  readonly composite: StoredArray;
  readonly weights: readonly number[];
}

it.each(readFixture<ProjectionCase[]>("projections"))(
  "$input.dtype of shape $input.shape is projected and blended as numpy does",
  async (known) => {
    const off = known.input.dtype === "float32" ? 1e-6 : 0;
    expectClose(await run(known.input, maxProjection), known.max, 0);
    expectClose(await run(known.input, minProjection), known.min, 0);
    expectClose(await run(known.input, meanProjection), known.mean, off);
    expectClose(await run(known.input, sumProjection), known.sum, 0);
    const { weights } = known;
    expectClose(await run(known.input, (image) => composite(image, { weights })), known.composite, 0);
  },
);

it.each(readFixture<{ readonly input: StoredArray; readonly mask: StoredArray }[]>("objects"))(
  "Otsu's mask of $input.dtype of shape $input.shape equals scikit-image's",
  async ({ input, mask }) => {
    expectClose(await run(input, otsuThreshold), mask, 0);
  },
);

function expectClose(got: NdArray, expected: StoredArray, off: number): void {
  const [a, b] = [valuesOf(got), valuesOf(toArray(expected))];
  expect(got.shape).toEqual([...expected.shape]);
  b.forEach((value, i) => {
    if (!(Math.abs((a[i] ?? Number.NaN) - value) <= off)) expect.fail(`value ${i} is ${a[i]}, not ${value}`);
  });
}
