import {
  BoolArray,
  isNdArray,
  type NdArray,
  ndarrayBackend,
  toDense,
  wrap,
} from "@platewright/backend-ndarray";
import {
  createHostArray,
  createTypedArray,
  type DType,
  dtypes,
  type HostArray,
  hostPool,
  sizeOf,
  type TypedArray,
} from "@platewright/core";
import fc from "fast-check";
import createNdarray from "ndarray";
import { describe, expect, it } from "vitest";

const backend = ndarrayBackend();

/** The bytes under a host array, so that NaN payloads and negative zeros count. */
function bytesOf({ data }: HostArray): number[] {
  return Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

async function toHost(array: NdArray): Promise<HostArray> {
  return await backend.toHost(array);
}

function filled(shape: readonly number[], dtype: DType, random: (i: number) => number): HostArray {
  const data = createTypedArray(dtype, sizeOf(shape));
  const bytes = new Uint8Array(data.buffer);
  for (let i = 0; i < bytes.length; i++) bytes[i] = dtype === "bool" ? random(i) & 1 : random(i);
  return createHostArray(shape, dtype, data);
}

describe("recognising", () => {
  it("knows its own arrays, whoever made them", () => {
    expect(isNdArray(createNdarray(new Uint16Array(6), [2, 3]))).toBe(true);
    expect(backend.is(wrap([2, 3], "bool", new Uint8Array(6)))).toBe(true);
  });

  it.each([
    ["a list", [1, 2]],
    ["nothing", null],
    ["a typed array", new Uint8Array(3)],
    ["a host array", createHostArray([2, 2], "uint8")],
    ["an ndarray over a list", createNdarray([1, 2, 3, 4], [2, 2])],
  ])("does not take %s for one", (_, value) => {
    expect(isNdArray(value)).toBe(false);
  });

  it("describes shape, strides, dtype and bytes of a view", () => {
    const whole = wrap([4, 6], "uint16", new Uint16Array(24));
    const view = whole.step(2, -3) as NdArray;
    expect(backend.describe(view)).toEqual({ shape: [2, 2], strides: [12, -3], dtype: "uint16", bytes: 8 });
  });

  it("tells bool from uint8, in views too", () => {
    const mask = wrap([2, 2, 2], "bool", new Uint8Array(8));
    expect(backend.describe(mask).dtype).toBe("bool");
    expect(backend.describe(mask.pick(1, null, null) as NdArray).dtype).toBe("bool");
    expect(backend.describe(wrap([2], "uint8", new Uint8Array(2))).dtype).toBe("uint8");
  });

  it("refuses 64-bit integers by naming the dtypes there are", () => {
    const array = createNdarray(new BigInt64Array(2) as never, [2]) as unknown as NdArray;
    expect(() => backend.describe(array)).toThrow(/BigInt64Array.*uint16/);
  });
});

describe.each(dtypes)("%s", (dtype) => {
  const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 3 });

  it("goes from the host and back with every bit, without a copy", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.infiniteStream(fc.nat(255)), async (shape, stream) => {
        const host = filled(shape, dtype, () => stream.next().value as number);
        const array = await backend.fromHost(host);
        expect(backend.describe(array)).toMatchObject({ shape, dtype });
        expect(backend.storageOf(array)).toBe(host.data.buffer);
        const back = await toHost(array);
        expect(back.dtype).toBe(dtype);
        expect(back.shape).toEqual(shape);
        expect(back.data.constructor).toBe(host.data.constructor);
        expect(back.data.buffer).toBe(host.data.buffer);
        expect(bytesOf(back)).toEqual(bytesOf(host));
      }),
      { numRuns: 20 },
    );
  });

  it("takes any strided, offset or reversed view to the host as its values read", async () => {
    const steps = fc.constantFrom(-2, -1, 1, 2, 3);
    await fc.assert(
      fc.asyncProperty(steps, steps, steps, fc.boolean(), async (z, y, x, isTransposed) => {
        const host = filled([4, 5, 6], dtype, (i) => (i * 37 + 11) % 120);
        const whole = await backend.fromHost(host);
        const cut = whole.lo(1, 1, 1).step(z, y, x);
        const view = (isTransposed ? cut.transpose(2, 0, 1) : cut) as NdArray;
        const before = bytesOf(host);
        const read = await toHost(view);
        expect(read.dtype).toBe(dtype);
        expect(read.shape).toEqual(view.shape);
        let at = 0;
        for (let i = 0; i < (view.shape[0] ?? 0); i++) {
          for (let j = 0; j < (view.shape[1] ?? 0); j++) {
            for (let k = 0; k < (view.shape[2] ?? 0); k++) expect(read.data[at++]).toBe(view.get(i, j, k));
          }
        }
        expect(bytesOf(host)).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  it("unstacks into views of the same memory", async () => {
    const host = filled([3, 4, 5], dtype, (i) => (i * 13) % 101);
    const slices = backend.unstack?.(await backend.fromHost(host)) ?? [];
    expect(slices).toHaveLength(3);
    const joined: TypedArray[] = [];
    for (const slice of slices) {
      expect(backend.describe(slice)).toMatchObject({ shape: [4, 5], dtype });
      expect(backend.storageOf(slice)).toBe(host.data.buffer);
      joined.push((await toHost(slice)).data);
    }
    expect(joined.flatMap((data) => Array.from(data))).toEqual(Array.from(host.data));
  });
});

it("brings clamped bytes to the host as plain ones", async () => {
  const clamped = createNdarray(Uint8ClampedArray.of(1, 2, 3, 4), [2, 2]) as unknown as NdArray;
  const { dtype, data } = await toHost(clamped);
  expect(dtype).toBe("uint8");
  expect(data.constructor).toBe(Uint8Array);
});

it.each([[[4, 5]], [[1, 2, 3, 4]]])("does not unstack the shape %j", (shape) => {
  const array = wrap(shape, "uint8", new Uint8Array(sizeOf(shape)));
  expect(() => backend.unstack?.(array)).toThrow(`(${shape.join(", ")})`);
});

it("gives the memory of an array back to the pool", async () => {
  const { data } = hostPool.allocate([64, 64], "uint16");
  const array = wrap([64, 64], "uint16", data);
  const before = hostPool.idleBytes;
  backend.dispose?.(array);
  expect(hostPool.idleBytes).toBeGreaterThan(before);
});

it("keeps masks masks when they are made dense", () => {
  const mask = wrap([2, 2], "bool", Uint8Array.of(1, 0, 0, 1))
    .transpose(1, 0)
    .step(-1, 1) as NdArray;
  expect(toDense(mask)).toBeInstanceOf(BoolArray);
  expect(Array.from(toDense(mask))).toEqual([0, 1, 1, 0]);
});
