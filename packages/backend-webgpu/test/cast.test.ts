import {
  applyDTypePolicy,
  castValues,
  createHostArray,
  createTypedArray,
  type DType,
  type DTypePolicy,
  type HostArray,
  isPlatewrightError,
  sizeOf,
} from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { gpuDTypes } from "../src/index.ts";
import { bytesIn, randomArray } from "./support/arrays.ts";
import { leaseForTests } from "./support/device.ts";

const device = "webgpu:0";
const pairs = gpuDTypes.flatMap((from) => gpuDTypes.map((to) => [from, to] as const));

/** Random bits without NaN, and values at which rounding and saturating decide. */
function wildArray(dtype: DType, seed: number): HostArray {
  const random = randomArray([19, 7], dtype, seed);
  if (!dtype.startsWith("float")) return random;
  const edges = [
    0,
    -0,
    0.5,
    1.5,
    2.5,
    -0.5,
    -1.5,
    254.5,
    255.5,
    65534.5,
    65535.5,
    -32768.5,
    2 ** 31,
    -(2 ** 31),
  ];
  const wild = [
    ...edges,
    2 ** 32,
    -1,
    1e-40,
    -1e-40,
    1e30,
    -1e30,
    Infinity,
    -Infinity,
    2147483520,
    4294967040,
  ];
  const data = createTypedArray(dtype, sizeOf(random.shape));
  for (let i = 0; i < data.length; i++) {
    const value = random.data[i] as number;
    data[i] = i < wild.length ? (wild[i] as number) : Number.isNaN(value) ? i + 0.5 : value % 1e5;
  }
  castValues(data, data, dtype);
  return createHostArray(random.shape, dtype, data);
}

describeGpu("casting on a device", () => {
  const on = leaseForTests();

  const cast = async (host: HostArray, dtype: DType, policy: DTypePolicy): Promise<HostArray> => {
    const array = await on.backend.fromHost(host, { device });
    try {
      const made = await on.backend.cast?.(array, dtype, policy);
      const back = await on.backend.toHost(made as never);
      if (made !== array) on.backend.dispose?.(made as never);
      return back;
    } finally {
      on.backend.dispose?.(array);
    }
  };
  const agree = async (host: HostArray, dtype: DType, policy: DTypePolicy): Promise<void> => {
    const expected = applyDTypePolicy(host, dtype, policy);
    const made = await cast(host, dtype, policy);
    expect([made.dtype, made.shape]).toEqual([expected.dtype, expected.shape]);
    expect(Array.from(made.data)).toEqual(Array.from(expected.data));
  };

  test.each(pairs)("%s to %s gives the host's very values", async (from, to) => {
    for (const seed of [1, 2, 3]) await agree(wildArray(from, seed), to, "preserve");
  });

  test.each(pairs)("%s rescaled to %s gives the host's very values", async (from, to) => {
    for (const range of [
      [0, 1],
      [-0.37, 65535],
      [100, 101],
      [-1e9, 3e9],
    ] as const) {
      await agree(wildArray(from, 4), to, { rescale: range });
    }
  });

  test("rescales floats about every rounding limit as the host does", async () => {
    const anyRange = fc.tuple(
      fc.float({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.float({ noNaN: true, min: 2 ** -10, max: 1e6 }),
    );
    await fc.assert(
      fc.asyncProperty(
        anyRange,
        fc.constantFrom<DType>("uint8", "uint16", "int16"),
        async ([low, width], to) => {
          const high = low + width;
          const levels = to === "uint8" ? 255 : 65535;
          const data = Float32Array.from({ length: 3000 }, (_, i) => low + ((i * 29 + 0.5) * width) / levels);
          const word = new Uint32Array(data.buffer);
          for (let i = 0; i < word.length; i++) word[i] = (word[i] as number) + (i % 3) - 1; // and their neighbours
          await agree(
            createHostArray(
              [3000],
              "float32",
              data.map((v) => (Number.isNaN(v) ? 0 : v)),
            ),
            to,
            {
              rescale: [low, high],
            },
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  test("native, and the same dtype, give the same array", async () => {
    const array = await on.backend.fromHost(randomArray([3], "uint8", 1), { device });
    expect(await on.backend.cast?.(array, "float32", "native")).toBe(array);
    expect(await on.backend.cast?.(array, "uint8", "preserve")).toBe(array);
    on.backend.dispose?.(array);
  });

  test("NaN into an integer is the host's error, and names the first", async () => {
    const data = new Float32Array(70_001).fill(1);
    data[70_000] = Number.NaN;
    data[40_123] = -Number.NaN;
    const host = createHostArray([70_001], "float32", data);
    for (const policy of ["preserve", { rescale: [0, 1] }] as const) {
      let expected: unknown;
      try {
        applyDTypePolicy(host, "uint16", policy);
      } catch (thrown) {
        expected = thrown;
      }
      const thrown = await cast(host, "uint16", policy).catch((error: unknown) => error);
      expect(isPlatewrightError(thrown, "dtype")).toBe(true);
      expect(thrown).toEqual(expected);
    }
    expect((await cast(host, "bool", "preserve")).data[40_123]).toBe(0);
  });

  test("what is no range, and float64, are refused", async () => {
    const host = randomArray([3], "float32", 1);
    await expect(cast(wildArray("float32", 1), "uint8", { rescale: [1, 1] })).rejects.toMatchObject({
      code: "parameter",
    });
    await expect(cast(host, "float64", "preserve")).rejects.toMatchObject({ code: "dtype" });
    expect(bytesIn(host).length).toBe(12);
  });
});
