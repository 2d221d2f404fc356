import {
  createTypedArray,
  type DType,
  fromStored,
  isPlatewrightError,
  storedDType,
  type TypedArray,
  toStored,
} from "@platewright/core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { compute } from "../../src/compute/compute.ts";
import {
  defineGroupShader,
  defineValueShader,
  values,
  words,
  workgroupSize,
} from "../../src/compute/shader.ts";
import { type GpuArray, gpuDTypes, wrapBuffer } from "../../src/gpu-array.ts";
import type { GpuDevice } from "../../src/gpu-device.ts";
import { bytesFrom, openSoftwareDevice, uploadBytes } from "./software-device.ts";

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openSoftwareDevice();
});

/** A view of so many values from `offset` on, in a buffer that holds other values around it. */
async function viewOf(dtype: DType, data: TypedArray, offset: number): Promise<GpuArray> {
  const whole = createTypedArray(dtype, offset + data.length + 3).fill(1);
  whole.set(data, offset);
  return wrapBuffer(gpu, await uploadBytes(gpu, toStored(dtype, whole)), [data.length], dtype, offset);
}

/** So many values of a buffer. */
async function valuesFrom(buffer: GPUBuffer, dtype: DType, length: number): Promise<TypedArray> {
  const stored = createTypedArray(storedDType(dtype), length);
  new Uint8Array(stored.buffer).set((await bytesFrom(gpu, buffer)).subarray(0, stored.byteLength));
  const values = createTypedArray(dtype, length);
  fromStored(dtype, stored, values);
  return values;
}

function randomValues(dtype: DType, length: number, seed: number): TypedArray {
  const stored = createTypedArray(storedDType(dtype), length);
  const bytes = new Uint8Array(stored.buffer);
  let state = seed | 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = state >>> 24;
  }
  const typed = createTypedArray(dtype, length);
  fromStored(dtype, stored, typed);
  // Bits that are NaN do not have to survive a shader.
  return dtype.startsWith("float") ? typed.map((v) => (Number.isNaN(v) ? 0.5 : v)) : typed;
}

describe.each([...gpuDTypes])("%s", (dtype) => {
  const copy = defineValueShader({
    label: `copy ${dtype}`,
    buffers: { image: values(dtype) },
    output: dtype,
    code: "fn value(i: u32) -> Value { return load_image(i); }",
  });

  it("is read at any offset and written whole, at any length", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 0, max: 900 }),
        fc.integer(),
        async (length, offset, seed) => {
          const data = randomValues(dtype, length, seed);
          const image = await viewOf(dtype, data, offset);
          const before = gpu.usage();
          const result = await compute(gpu, async (c) => {
            const made = await c.allocate([length], dtype);
            c.map(copy, { image }, {}, made);
            return made;
          });
          expect(gpu.usage().liveBuffers).toBe(before.liveBuffers + 1);
          expect(await valuesFrom(result.buffer, dtype, length)).toEqual(data);
          gpu.release(result.buffer);
          gpu.release(image.buffer);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("floats that become integers", () => {
  const cases = [
    -3e9, -70000.5, -129, -2.5, -1.5, -0.5, 0.49999997, 0.5, 1.5, 2.5, 254.5, 255.5, 300, 65534.5, 65536,
    2147483520, 2147483648, 4294967040, 5e9,
  ];
  it.each(gpuDTypes.filter((dtype) => dtype !== "bool" && !dtype.startsWith("float")))(
    "%s: rounded half to even or truncated, and saturated",
    async (dtype) => {
      const { castValues } = await import("@platewright/core");
      const image = await viewOf("float32", Float32Array.from(cases), 0);
      for (const how of ["rounded", "truncated"] as const) {
        const shader = defineValueShader({
          label: how,
          buffers: { image: values("float32") },
          output: dtype,
          code: `fn value(i: u32) -> Value { return ${how}(load_image(i)); }`,
        });
        const result = await compute(gpu, async (c) => {
          const made = await c.allocate([cases.length], dtype);
          c.map(shader, { image }, {}, made);
          return made;
        });
        const expected = createTypedArray(dtype, cases.length);
        const whole = how === "truncated" ? cases.map(Math.trunc) : cases;
        castValues(Float64Array.from(whole.map(Math.fround)), expected, dtype);
        const got = await valuesFrom(result.buffer, dtype, cases.length);
        expect(Array.from(got)).toEqual(Array.from(expected));
        gpu.release(result.buffer);
      }
      gpu.release(image.buffer);
    },
  );
});

describe("a failing computation", () => {
  const image = () => viewOf("uint8", new Uint8Array(40), 0);

  it("names the line of a shader that does not compile, and keeps nothing", async () => {
    const array = await image();
    const wrong = defineValueShader({
      label: "wrong",
      buffers: { image: values("uint8") },
      output: "uint8",
      code: "fn value(i: u32) -> Value { return nothing(i); }",
    });
    const before = gpu.usage();
    const work = compute(gpu, async (c) => {
      const made = await c.allocate([40], "uint8");
      await c.scratch([40], "float32");
      c.map(wrong, { image: array }, {}, made);
      return made;
    });
    await expect(work).rejects.toThrow(/The shader "wrong" does not compile: .*nothing.* in "fn value/);
    expect(gpu.usage().liveBytes).toBe(before.liveBytes);
    gpu.release(array.buffer);
  });

  it("refuses an array of another dtype in words, and keeps nothing", async () => {
    const array = await image();
    const shader = defineValueShader({
      label: "halve",
      buffers: { image: values("uint16") },
      output: "uint8",
      code: "fn value(i: u32) -> Value { return load_image(i) / 2u; }",
    });
    const before = gpu.usage();
    const work = compute(gpu, async (c) =>
      c.map(shader, { image: array }, {}, await c.scratch([40], "uint8")),
    );
    await expect(work).rejects.toThrow('The shader "halve" takes uint16 as "image", not uint8.');
    expect(gpu.usage().liveBytes).toBe(before.liveBytes);
    gpu.release(array.buffer);
  });

  it("refuses words within a view", async () => {
    const view = await viewOf("uint32", new Uint32Array(4), 1);
    const shader = defineValueShader({
      label: "sum",
      buffers: { table: words("u32") },
      output: "uint32",
      code: "fn value(i: u32) -> Value { return table[i]; }",
    });
    const work = compute(gpu, async (c) =>
      c.map(shader, { table: view }, {}, await c.scratch([4], "uint32")),
    );
    await expect(work).rejects.toThrow('takes the words "table" from the start of a buffer');
    gpu.release(view.buffer);
  });

  it("refuses a parameter whose name is taken", () => {
    const define = () => defineGroupShader({ label: "mine", params: { zero: "u32" }, code: "" });
    expect(define).toThrow('The shader "mine" has a parameter "zero"');
  });

  it("stops for its signal", async () => {
    const before = gpu.usage();
    const work = compute(gpu, (c) => c.allocate([4], "uint8"), { signal: AbortSignal.abort() });
    await expect(work).rejects.toSatisfy((error) => isPlatewrightError(error, "cancelled"));
    expect(gpu.usage()).toEqual(before);
  });
});

it("counts in workgroups, with tables, cleared memory and a grid of rows", async () => {
  const count = defineGroupShader({
    label: "count",
    buffers: { image: values("uint16"), weights: words("u32"), sums: words("atomic<u32>", "write") },
    params: { length: "u32" },
    code: `
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.length) { atomicAdd(&sums[id.y], load_image(id.x) * weights[id.y]); }
}`,
  });
  const data = randomValues("uint16", 500, 7);
  const image = await viewOf("uint16", data, 5);
  const total = Array.from(data).reduce((sum, v) => sum + v, 0);
  const before = gpu.usage();
  const sums = await compute(gpu, async (c) => {
    const made = await c.allocate([3], "uint32");
    const weights = await c.table(Uint32Array.of(1, 2, 5));
    c.clear(made);
    c.run(count, { image, weights, sums: made }, { length: 500 }, [8, 3]);
    return made;
  });
  expect(gpu.usage().liveBuffers).toBe(before.liveBuffers + 1);
  const got = new Uint32Array((await bytesFrom(gpu, sums.buffer)).buffer);
  expect([...got]).toEqual([total, 2 * total, 5 * total]);
});

it("counts on where one row of workgroups ends", async () => {
  const pattern = defineValueShader({
    label: "pattern",
    output: "uint8",
    code: "fn value(i: u32) -> Value { return i * 7u + i / 251u; }",
  });
  const length = gpu.device.limits.maxComputeWorkgroupsPerDimension * workgroupSize * 4 + 1030;
  const array = await compute(gpu, async (c) => {
    const made = await c.allocate([length], "uint8");
    c.map(pattern, {}, {}, made);
    return made;
  });
  const got = await bytesFrom(gpu, array.buffer);
  gpu.release(array.buffer);
  for (let i = 0; i < length; i += i > length - 5000 ? 1 : 9973) {
    if (got[i] !== ((i * 7 + Math.floor(i / 251)) & 255)) expect.fail(`value ${i} is ${got[i]}`);
  }
});

it("tells the errors of calls apart that are under way together", async () => {
  const data = randomValues("uint8", 64, 3);
  const image = await viewOf("uint8", data, 0);
  const before = gpu.usage();
  const shaderOf = (name: string) =>
    defineValueShader({
      label: name,
      buffers: { image: values("uint8") },
      output: "uint8",
      code: `fn value(i: u32) -> Value { return 255u - ${name}(i); }`,
    });
  const calls = ["load_image", "load_nothing", "bits_image", "load_no_more"].map((name) =>
    compute(gpu, async (c) => {
      const made = await c.allocate([64], "uint8");
      c.map(shaderOf(name), { image }, {}, made);
      return made;
    }),
  );
  const settled = await Promise.allSettled(calls);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
  for (const result of settled) {
    if (result.status !== "fulfilled") continue;
    const got = await bytesFrom(gpu, result.value.buffer);
    expect([...got]).toEqual(Array.from(data, (v) => 255 - v));
    gpu.release(result.value.buffer);
  }
  expect(gpu.usage().liveBytes).toBe(before.liveBytes);
  gpu.release(image.buffer);
});
