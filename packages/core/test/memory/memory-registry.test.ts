import {
  type Conversion,
  createHostArray,
  createMemoryRegistry,
  createTypedArray,
  type DType,
  dtypes,
  type MemoryTypeName,
  type TypedArray,
} from "@platewright/core";
import { describe, expect, test, vi } from "vitest";
import { createShader, createTensor } from "../support/devices.ts";
import { createGrid, gridBackend, gridFrom, valuesOf } from "../support/grid.ts";

const setUp = (...conversions: readonly Conversion[]) => {
  const shader = createShader();
  const tensor = createTensor();
  return {
    shader,
    tensor,
    memory: createMemoryRegistry([gridBackend(), shader.type, tensor.type], conversions),
  };
};

test("a value's memory type is found; what has none is named", () => {
  const { memory, shader } = setUp();
  expect(memory.names).toEqual(["host", "grid", "shader", "tensor"]);
  expect(memory.typeOf(createHostArray([1], "uint8"))).toBe("host");
  expect(memory.typeOf(gridFrom([1], "uint8", () => 0))).toBe("grid");
  expect(memory.typeOf(shader.create([1], "uint8", new Uint8Array(1)))).toBe("shader");
  const known = "is an array of no registered memory type. Registered: host, grid, shader, tensor.";
  expect(() => memory.typeOf([1, 2])).toThrow(`A value of type Array ${known}`);
  expect(() => memory.typeOf(undefined)).toThrow(`undefined ${known}`);
  expect(() => memory.typeOf("x")).toThrow(`The string x ${known}`);
  expect(() => memory.typeOf(Object.create(null))).toThrow(`A value of type object ${known}`);
});

test("converting to an unknown memory type is an error that lists the known ones", async () => {
  const { memory } = setUp();
  const array = createHostArray([1], "uint8");
  await expect(memory.convert(array, "ndarray" as MemoryTypeName)).rejects.toThrow(
    'Memory type "ndarray" is not registered. Registered: host, grid, shader, tensor.',
  );
  await expect(memory.convert([1], "host")).rejects.toThrow("A value of type Array");
  expect(() => memory.get("ndarray" as MemoryTypeName, 'step 2 "background"')).toThrow(
    'Memory type "ndarray" is not registered (needed by step 2 "background").',
  );
});

test("two memory types of one name are refused", () => {
  expect(() => createMemoryRegistry([gridBackend(), gridBackend()], [])).toThrow(
    'Two plugins give the memory type "grid".',
  );
});

const types = ["host", "grid", "shader", "tensor"] as const;
const extremes: Record<DType, readonly number[]> = {
  bool: [0, 1, 1, 0],
  uint8: [0, 1, 128, 255],
  int8: [-128, -1, 0, 127],
  uint16: [0, 300, 32768, 65535],
  int16: [-32768, -1, 0, 32767],
  uint32: [0, 1, 2147483648, 4294967295],
  int32: [-2147483648, -1, 0, 2147483647],
  float16: [-0.5, 2 ** -24, Number.NaN, 65504],
  float32: [-1.5, 0, Number.NaN, Number.POSITIVE_INFINITY],
  float64: [-0.1, Number.MIN_VALUE, Number.NaN, Number.MAX_VALUE],
};

describe.each(types.flatMap((from) => types.map((to) => ({ from, to }))))(
  "$from to $to and back",
  ({ from, to }) => {
    test.each(dtypes)("keeps every bit of %s", async (dtype) => {
      const { memory } = setUp();
      const start = await memory.convert(hostOf(dtype), from);
      const there = await memory.convert(start, to);
      expect(memory.typeOf(there)).toBe(to);
      expect(memory.describe(there)).toMatchObject({ shape: [1, 2, 2], dtype });
      const back = await memory.convert(there, from);
      expect(bytesOf((await memory.convert(back, "host")).data)).toEqual(bytesOf(hostOf(dtype).data));
      expect(there === start).toBe(from === to);
    });
  },
);

test("a view conversion shares the memory, and the route says so", async () => {
  const { memory } = setUp();
  const host = hostOf("uint16");
  const array = await memory.convert(host, "grid");
  expect(memory.get("grid").storageOf(array)).toBe(memory.get("host").storageOf(host));
  const route = memory.route("host", "grid", memory.describe(host));
  expect(route).toMatchObject({ hops: [{ cost: "view" }], bytes: 0 });
});

test.each(["host", "shader", "tensor"] as const)(
  "strided, offset and reversed arrays arrive in %s as they read",
  async (to) => {
    const { memory } = setUp();
    const values = Int16Array.from({ length: 60 }, (_, i) => i - 30);
    const arrays = [
      createGrid([2, 3, 4], "int16", values, [12, 4, 1], 7),
      createGrid([2, 3, 4], "int16", values, [30, 10, 2], 1),
      createGrid([2, 3, 4], "int16", values, [-12, -4, -1], 23),
      createGrid([4, 3, 2], "int16", values, [1, 4, 12]),
      createGrid([2, 2, 2], "int16", values, [0, 1, 0], 5),
    ];
    for (const array of arrays) {
      const host = await memory.convert(await memory.convert(array, to), "host");
      expect([host.shape, [...host.data]]).toEqual([array.shape, valuesOf(array)]);
    }
  },
);

describe("a direct conversion that fails", () => {
  const failing: Conversion = {
    kind: "conversion",
    from: "grid",
    to: "shader",
    cost: "device-copy",
    convert: () => {
      throw new Error("lost device");
    },
  };

  test("gives way to the host, and is told", async () => {
    const { memory } = setUp(failing);
    const onFallback = vi.fn();
    const array = await memory.convert(
      gridFrom([1, 1, 2], "uint8", (i) => i),
      "shader",
      { onFallback },
    );
    expect(memory.typeOf(array)).toBe("shader");
    expect(onFallback.mock.calls).toEqual([
      [
        {
          from: "grid",
          to: "shader",
          failed: { from: "grid", to: "shader", cost: "device-copy" },
          reason: "lost device",
        },
      ],
    ]);
  });

  test("is the error where the host is forbidden", async () => {
    const { memory } = setUp(failing);
    const array = gridFrom([1, 1, 2], "uint8", (i) => i);
    await expect(memory.convert(array, "shader", { allowHostRoundtrip: false })).rejects.toMatchObject({
      code: "conversion",
      message: expect.stringContaining("No route from grid to shader."),
    });
  });

  test("gives way to another of the same two memory types", async () => {
    const { memory, shader } = setUp(failing, {
      ...failing,
      convert: () => shader.create([1], "uint8", Uint8Array.of(9)),
    });
    const array = await memory.convert(
      gridFrom([1], "uint8", () => 0),
      "shader",
    );
    expect([...shader.read(array)]).toEqual([9]);
  });

  test("gives way to the memory type's own way to the host", async () => {
    const { memory } = setUp({ ...failing, to: "host", cost: "view" } as Conversion);
    const host = await memory.convert(
      gridFrom([2], "uint8", (i) => i + 1),
      "host",
    );
    expect([...host.data]).toEqual([1, 2]);
  });
});

test("a direct conversion that does not apply is not used, though its price is that of the host's", async () => {
  const convert = vi.fn();
  const { memory } = setUp({
    kind: "conversion",
    from: "grid",
    to: "host",
    cost: "view",
    applies: () => false,
    convert,
  } as Conversion);
  await memory.convert(
    gridFrom([2], "uint8", (i) => i),
    "host",
  );
  expect(convert).not.toHaveBeenCalled();
});

test("where the last way fails too, the error names the hop and keeps the cause", async () => {
  const { memory, shader } = setUp();
  const lost = shader.create([1], "uint8", new Uint8Array(1));
  shader.type.dispose?.(lost);
  await expect(memory.convert(lost, "grid")).rejects.toMatchObject({
    code: "conversion",
    message: "Converting shader to grid failed at shader → host: This shader was disposed of.",
    cause: new Error("This shader was disposed of."),
  });
});

test("what a way of several hops makes on a device underway is disposed of", async () => {
  const { memory, shader, tensor } = setUp(
    {
      kind: "conversion",
      from: "tensor",
      to: "shader",
      cost: "view",
      convert: (array) => shader.create([2], "uint8", tensor.read(array as never)),
    } as Conversion,
    {
      kind: "conversion",
      from: "shader",
      to: "grid",
      cost: "view",
      convert: (array) => createGrid([2], "uint8", shader.read(array as never)),
    } as Conversion,
  );
  const array = tensor.create([2], "uint8", Uint8Array.of(4, 5));
  expect(valuesOf(await memory.convert(array, "grid"))).toEqual([4, 5]);
  expect([shader.made(), shader.live(), tensor.live()]).toEqual([1, 0, 1]);
});

function hostOf(dtype: DType) {
  const data = createTypedArray(dtype, 4);
  data.set(extremes[dtype]);
  return createHostArray([1, 2, 2], dtype, data);
}

function bytesOf({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
