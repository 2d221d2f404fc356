import { computeTensor, dtypeOfTensor, isTensor, markDType, tfjsBackend } from "@platewright/backend-tfjs";
import {
  castArray,
  createHostArray,
  type DType,
  type HostArray,
  hostPool,
  integerRange,
} from "@platewright/core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesOf, counts, filled, tf, useBackend } from "./support/backends.ts";

interface Heap {
  makeOutput(shape: readonly number[], dtype: string): { readonly dataId: object };
  disposeData(dataId: object): void;
}

const kept: readonly DType[] = ["bool", "uint8", "int8", "uint16", "int16", "int32", "float16", "float32"];
const alike: readonly DType[] = ["bool", "int32", "float16", "float32"];

describe.each(["cpu", "wasm"] as const)("on %s", (name) => {
  let type: ReturnType<typeof tfjsBackend>;
  beforeAll(async () => {
    await useBackend(name);
    type = tfjsBackend({ tf });
  });
  const there = async (host: HostArray) => type.fromHost(host);

  it.each(kept)("keeps every bit of %s there and back, and counts nothing afterwards", async (dtype) => {
    const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 3 });
    const before = counts();
    await fc.assert(
      fc.asyncProperty(shapes, fc.infiniteStream(fc.nat(255)), async (shape, stream) => {
        const host = filled(shape, dtype, () => stream.next().value as number);
        const tensor = await there(host);
        expect(isTensor(tensor) && type.is(tensor)).toBe(true);
        expect(type.describe(tensor)).toMatchObject({ shape, dtype });
        const back = await type.toHost(tensor);
        expect([back.dtype, back.shape, back.data.constructor]).toEqual([
          dtype,
          shape,
          host.data.constructor,
        ]);
        expect(bytesOf(back)).toEqual(bytesOf(host));
        type.dispose?.(tensor);
      }),
      { numRuns: 15 },
    );
    expect(counts()).toEqual(before);
  });

  it.each(["uint32", "float64"] as const)("refuses %s by saying what to do", async (dtype) => {
    await expect(async () => there(createHostArray([1, 2], dtype))).rejects.toThrow(/float32 first/);
  });

  it.each(kept)("stacks slices of %s and takes them apart again", async (dtype) => {
    const host = filled([3, 4, 5], dtype, (i) => (i * 31 + 7) % 127);
    const before = counts();
    const stack = await there(host);
    const slices = type.unstack?.(stack) ?? [];
    expect(slices.map((slice) => type.describe(slice))).toEqual(
      slices.map(() => expect.objectContaining({ shape: [4, 5], dtype })),
    );
    const again = await type.stack?.(slices);
    const turned = await type.stack?.([...slices].reverse());
    if (!again || !turned) throw new Error("no stack");
    expect(bytesOf(await type.toHost(again))).toEqual(bytesOf(host));
    expect(dtypeOfTensor(turned)).toBe(dtype);
    expect((await type.toHost(turned)).data.subarray(40)).toEqual(host.data.subarray(0, 20));
    for (const tensor of new Set([again, turned, stack, ...slices])) {
      if (!tensor.isDisposed) type.dispose?.(tensor);
    }
    expect(counts()).toEqual(before);
  });

  it("tells tensors over the same data from others", () => {
    const a = tf.tensor2d([[1, 2]]);
    const [same, other] = [tf.reshape(a, [2, 1]), tf.tensor2d([[1, 2]])];
    expect(type.storageOf(same)).toBe(type.storageOf(a));
    expect(type.storageOf(other)).not.toBe(type.storageOf(a));
    type.dispose?.(a);
    expect([a.isDisposed, same.isDisposed, other.isDisposed]).toEqual([true, true, false]);
    other.dispose();
  });

  it("casts as the host does, to the bit", async () => {
    const values = fc.oneof(
      fc.float({ noNaN: true }),
      fc.integer({ min: -600, max: 140_000 }).map((n) => n / 2),
      fc.constantFrom(2147483520, 2147483648, -2147483648, -0, 0.5, 1.5, 2.5, 65534.5),
    );
    const source = fc.constantFrom<DType>(...kept);
    await fc.assert(
      fc.asyncProperty(
        fc.array(values, { minLength: 1, maxLength: 40 }),
        source,
        source,
        async (list, from, to) => {
          const host = castArray(createHostArray([1, list.length], "float32", Float32Array.from(list)), from);
          const tensor = await there(host);
          const cast = await type.cast?.(tensor, to, "preserve");
          if (!cast) throw new Error("no cast");
          expect(Array.from((await type.toHost(cast)).data)).toEqual(Array.from(castArray(host, to).data));
          expect(dtypeOfTensor(tensor)).toBe(from);
          for (const each of new Set([tensor, cast])) type.dispose?.(each);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("casts a NaN to no integer, but to false", async () => {
    const tensor = tf.tensor2d([[1, Number.NaN]]);
    await expect(type.cast?.(tensor, "uint16", "preserve")).rejects.toThrow(/NaN, which uint16 can't hold/);
    const mask = await type.cast?.(tensor, "bool", "preserve");
    expect(mask && Array.from((await type.toHost(mask)).data)).toEqual([1, 0]);
    expect(await type.cast?.(tensor, "uint16", "native")).toBe(tensor);
    tensor.dispose();
    mask?.dispose();
  });

  it("rescales as the host does", async () => {
    const tensor = tf.tensor2d([[0, 0.25, 1, 3]]);
    const scaled = await type.cast?.(tensor, "uint8", { rescale: [0, 1] });
    expect(scaled && Array.from((await type.toHost(scaled)).data)).toEqual([0, 64, 255, 255]);
    tensor.dispose();
    if (scaled) type.dispose?.(scaled);
  });

  it("gives the host's copy back after rescaling, but keeps memory that the tensor lies in", async () => {
    const tensors = [await there(filled([1, 70, 90], "uint16", (i) => i)), tf.ones([1, 70, 90])];
    for (const dtype of ["uint16", "float32"] as const)
      hostPool.release(hostPool.allocate([1, 70, 90], dtype).data);
    for (const tensor of tensors) {
      const values = tensor.dataSync().slice();
      const before = hostPool.idleBytes;
      const scaled = await type.cast?.(tensor, "float32", { rescale: [0, 2] });
      expect(hostPool.idleBytes).toBe(before);
      const other = hostPool.allocate([1, 70, 90], "float32").data.fill(7);
      expect(tensor.dataSync()).toEqual(values);
      hostPool.release(other);
      if (scaled) tf.dispose(scaled);
      tf.dispose(tensor);
    }
  });

  it("refuses what would pass its budget, naming the sizes", async () => {
    const small = tfjsBackend({ tf, budgetBytes: tf.memory().numBytes + 100 });
    const stack = createHostArray([1, 8, 8], "uint16");
    await expect(async () => small.fromHost(stack)).rejects.toMatchObject({
      code: "out-of-memory",
      details: { requestedBytes: 256, device: `tfjs:${name}` },
    });
  });

  it("leaks nothing in 500 rounds, whatever is disposed of first", async () => {
    const before = counts();
    for (let round = 0; round < 500; round++) {
      const dtype = kept[round % kept.length] as DType;
      const tensor = await there(filled([2, 8, 8], dtype, (i) => (i + round) % 120));
      const shape = tf.reshape(tensor, [4, 32]);
      const slices = type.unstack?.(tensor) ?? [];
      const all = [tensor, shape, ...slices];
      for (const each of all) type.storageOf(each);
      const sorted = round % 2 ? all : all.reverse();
      for (const each of sorted) if (!each.isDisposed) type.dispose?.(each);
    }
    expect(counts()).toEqual(before);
  });
});

describe("memory that is shared on cpu", () => {
  let type: ReturnType<typeof tfjsBackend>;
  beforeAll(async () => {
    await useBackend("cpu");
    type = tfjsBackend({ tf });
  });

  it.each(alike)("is the same for a host array of %s and its tensor", async (dtype) => {
    const host = filled([2, 3, 4], dtype, (i) => i);
    expect(type.hostCost?.({ shape: [], strides: [], dtype, bytes: 0 }, "from")).toBe("view");
    const tensor = await type.fromHost(host);
    expect(type.storageOf(tensor)).toBe(hostPool.storageOf(host.data));
    const back = await type.toHost(tensor);
    expect(back.data).toBe(host.data);
    const [, second] = type.unstack?.(tensor) ?? [];
    expect(second && type.storageOf(second)).toBe(type.storageOf(tensor));
    const joined = await type.stack?.(type.unstack?.(tensor) ?? []);
    expect(joined && type.storageOf(joined)).toBe(type.storageOf(tensor));
    type.dispose?.(tensor);
  });

  it("goes with the host array, and all tensors over it", async () => {
    const before = counts();
    const host = hostPool.allocate([2, 64, 64], "float32");
    const tensor = await type.fromHost(host);
    for (const slice of [tensor, ...(type.unstack?.(tensor) ?? [])]) type.storageOf(slice);
    expect(counts().numTensors).toBe(before.numTensors + 3);
    hostPool.release(host.data);
    expect(counts()).toEqual(before);
  });

  it("goes back to the pool once, after a dtype that needs other memory too", async () => {
    const before = counts();
    const tensor = await type.fromHost(filled([2, 64, 64], "uint16", (i) => i % 251));
    const idle = hostPool.idleBytes;
    type.dispose?.(tensor);
    expect(hostPool.idleBytes).toBeGreaterThan(idle);
    expect(counts()).toEqual(before);
  });
});

it("keeps values that lay in the wasm heap when the heap grows", async () => {
  await useBackend("wasm");
  const type = tfjsBackend({ tf });
  const tensor = await type.fromHost(filled([3, 5], "float32", (i) => i));
  const read = await type.toHost(tensor);
  const seen = bytesOf(read);
  const large = tf.zeros([48, 1024, 1024]);
  expect(bytesOf(read)).toEqual(seen);
  expect(bytesOf(await type.toHost(tensor))).toEqual(seen);
  large.dispose();
  type.dispose?.(tensor);
});

it("says that the wasm heap is full, and goes on with what fits", async () => {
  await useBackend("wasm");
  const type = tfjsBackend({ tf, budgetBytes: Number.POSITIVE_INFINITY });
  const before = counts();
  const tensor = await type.fromHost(filled([2, 2], "float32", (i) => i));
  const backend = tf.backend() as unknown as Heap;
  const taken: object[] = [];
  const full = computeTensor(tf, tensor, () => {
    // Nothing is written to it, so that the machine need not have it.
    while (taken.length < 40) taken.push(backend.makeOutput([64, 1024, 1024], "float32").dataId);
    return tf.add(tensor, tensor);
  });
  await expect(full).rejects.toMatchObject({ code: "out-of-memory", details: { device: "tfjs:wasm" } });
  expect(taken.length).toBeGreaterThan(10);
  for (const dataId of taken) backend.disposeData(dataId);
  const sum = await computeTensor(tf, tensor, () => tf.add(tensor, tensor));
  const [one, two] = [await type.toHost(tensor), await type.toHost(sum)];
  expect(Array.from(two.data)).toEqual(Array.from(one.data, (value) => 2 * value));
  for (const each of [sum, tensor]) type.dispose?.(each);
  expect(counts()).toEqual(before);
});

it("remembers small integers through clones and other shapes, and says what it can't hold", async () => {
  await useBackend("cpu");
  const tensor = markDType(tf.tensor2d([[1, 2]], [1, 2], "int32"), "uint16");
  expect(dtypeOfTensor(tf.reshape(tensor, [2, 1]))).toBe("uint16");
  expect(dtypeOfTensor(tf.clone(tensor))).toBe("uint16");
  expect(integerRange(dtypeOfTensor(tf.add(tensor, tensor)))).toEqual(integerRange("int32"));
  expect(() => markDType(tf.tensor2d([[1, 2]]), "uint16")).toThrow("dtype float32 can't hold uint16");
  expect(() => dtypeOfTensor(tf.tensor(["a"]))).toThrow("holds no pixels");
});
