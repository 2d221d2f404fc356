import { type NdArray, ndarrayBackend, wrap } from "@platewright/backend-ndarray";
import { shareMemory, tfjsBackend } from "@platewright/backend-tfjs";
import { createMemoryRegistry, type DType, type MemoryRegistry, type MemoryType } from "@platewright/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { filled, tf, useBackend } from "./support/backends.ts";

let registry: MemoryRegistry;
const ndarray = ndarrayBackend();
const make = async (name: "cpu" | "wasm"): Promise<MemoryType<"tfjs">> => {
  await useBackend(name);
  const tfjs = tfjsBackend({ tf });
  registry = createMemoryRegistry([ndarray, tfjs] as MemoryType[], shareMemory(tfjs, ndarray) as never);
  return tfjs;
};

function arrayOf(dtype: DType): NdArray {
  return wrap([2, 3, 4], dtype, filled([2, 3, 4], dtype, (i) => i % 90).data);
}

describe("between ndarray and tfjs on cpu", () => {
  let tfjs: MemoryType<"tfjs">;
  beforeAll(async () => {
    tfjs = await make("cpu");
  });

  it.each(["float32", "int32", "bool"] as const)("%s moves no byte, by an edge of its own", async (dtype) => {
    const array = arrayOf(dtype);
    const options = { allowHostRoundtrip: false };
    const route = registry.route("ndarray", "tfjs", registry.describe(array), options);
    expect(route).toMatchObject({ hops: [{ from: "ndarray", to: "tfjs", cost: "view" }], bytes: 0 });
    const tensor: Tensor = await registry.convert(array, "tfjs", options);
    expect(tfjs.storageOf(tensor)).toBe(ndarray.storageOf(array));
    const back: NdArray = await registry.convert(tensor, "ndarray", options);
    expect(ndarray.storageOf(back)).toBe(ndarray.storageOf(array));
    expect((back.data as Float32Array).byteOffset).toBe((array.data as Float32Array).byteOffset);
    expect(registry.describe(back)).toMatchObject({ shape: [2, 3, 4], dtype });
    tfjs.dispose?.(tensor);
  });

  it("a typed array that TensorFlow.js made is the ndarray's own", async () => {
    const tensor = tf.add(tf.ones([2, 2]), tf.ones([2, 2]));
    const array: NdArray = await registry.convert(tensor, "ndarray", { allowHostRoundtrip: false });
    expect(array.data).toBe(tensor.dataSync());
  });

  it("what both hold differently is copied once, through the host", async () => {
    const array = arrayOf("uint16");
    const route = registry.route("ndarray", "tfjs", registry.describe(array));
    expect(route.hops.map(({ cost }) => cost)).toEqual(["view", "host-copy"]);
    expect(route.bytes).toBe(registry.describe(array).bytes);
    await expect(registry.convert(array, "tfjs", { allowHostRoundtrip: false })).rejects.toThrow(
      "Tried the direct edges ndarray → tfjs",
    );
    const view = arrayOf("float32").step(1, -1, 2) as NdArray;
    expect(registry.route("ndarray", "tfjs", registry.describe(view)).bytes).toBe(48);
    const back: NdArray = await registry.convert(await registry.convert(view, "tfjs"), "ndarray");
    expect([back.get(1, 0, 1), back.get(0, 2, 0)]).toEqual([view.get(1, 0, 1), view.get(0, 2, 0)]);
  });
});

it("does not apply to wasm, whose heap is its own", async () => {
  await make("wasm");
  const info = registry.describe(arrayOf("float32"));
  expect(registry.route("ndarray", "tfjs", info).hops.map(({ to }) => to)).toEqual(["host", "tfjs"]);
});
