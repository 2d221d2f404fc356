import { type NdArray, ndarrayBackend, wrap } from "@platewright/backend-ndarray";
import {
  type Contract,
  castArray,
  contractOf,
  createTypedArray,
  type DType,
  type HostArray,
  hostPool,
  type ParamTable,
} from "@platewright/core";
import * as functions from "@platewright/functions/ndarray";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scattered, valuesOf } from "./fixture.ts";

type AnyFunction = (stack: NdArray, params?: object) => NdArray | readonly [NdArray, object];

interface Entry {
  readonly name: string;
  readonly run: AnyFunction;
  readonly contract: Contract;
}

const entries: readonly Entry[] = Object.entries(functions).map(([name, value]) => {
  const contract = contractOf(value as unknown);
  if (!contract) throw new Error(`${name} is not declared.`);
  return { name, run: value as AnyFunction, contract };
});

/** What the engine would pass where the user gives nothing but what is required. */
function defaultsOf({ params }: Contract): Record<string, unknown> {
  const given: Record<string, unknown> = { value: 100 };
  for (const [name, param] of Object.entries((params ?? {}) as ParamTable)) {
    if ("default" in param) given[name] = param.default;
  }
  return given;
}

function imageOf({ contract, name }: Entry, stack: NdArray): NdArray {
  if (name === "distanceTransform" || name === "label" || name === "watershedSplit") {
    return functions.threshold(stack, { value: 100 });
  }
  return contract.unit === "slice" ? (stack.pick(0, null, null) as NdArray) : stack;
}

function resultOf(result: ReturnType<AnyFunction>): { readonly image: NdArray; readonly outputs: object } {
  const [image, outputs] = Array.isArray(result) ? (result as [NdArray, object]) : [result as NdArray, {}];
  return { image, outputs };
}

function shapeAfter({ slices }: Contract, shape: readonly number[], params: object): readonly number[] {
  if (slices === "same") return [...shape];
  const [depth = 1, ...plane] = shape;
  return [typeof slices === "function" ? slices(depth, params as never) : 1, ...plane];
}

const stacks = fc
  .record({
    depth: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 19 }),
    dtype: fc.constantFrom("uint8", "uint16", "int16", "float16", "float32"),
  })
  .chain(({ depth, height, width, dtype }) =>
    fc
      .array(fc.integer({ min: 0, max: 255 }), {
        minLength: depth * height * width,
        maxLength: depth * height * width,
      })
      .map((values) => {
        const data = createTypedArray(dtype as DType, values.length);
        data.set(values);
        return wrap([depth, height, width], dtype as DType, data);
      }),
  );

describe.each(entries)("$name", (entry) => {
  const { run, contract } = entry;
  const params = defaultsOf(contract);

  it("is declared under its own name, with every parameter described", () => {
    expect(contract.name).toBe(entry.name);
    expect(contract.package).toBe("@platewright/functions");
    for (const param of Object.values((contract.params ?? {}) as ParamTable)) {
      expect(param.description).toMatch(/\.$/);
    }
  });

  it("gives the shape and dtype of its contract, and never writes to its input", () => {
    fc.assert(
      fc.property(stacks, (stack) => {
        const input = imageOf(entry, stack);
        const before = valuesOf(input);
        const { image, outputs } = resultOf(run(input, params));
        expect(valuesOf(input)).toEqual(before);
        expect(image.shape).toEqual(shapeAfter(contract, input.shape, params));
        const { dtype } = ndarrayBackend().describe(image);
        expect(dtype).toBe(
          contract.dtype === "same" ? ndarrayBackend().describe(input).dtype : contract.dtype,
        );
        expect(Object.keys(outputs)).toEqual(contract.specialOutputs);
      }),
      { numRuns: 25 },
    );
  });

  it("gives the same for a view with gaps that runs backwards", () => {
    fc.assert(
      fc.property(stacks, (stack) => {
        const input = imageOf(entry, stack);
        const dense = resultOf(run(input, params));
        const view = resultOf(run(scattered(input), params));
        expect(valuesOf(view.image)).toEqual(valuesOf(dense.image));
        expect(view.outputs).toEqual(dense.outputs);
      }),
      { numRuns: 25 },
    );
  });

  it("of float16 gives what it gives of float32, an image of float16 rounded at the end", () => {
    const single = Float32Array.from({ length: 1188 }, (_, i) => ((i * i) % 251) / 8);
    const [half, float] = (["float16", "float32"] as const).map((dtype) =>
      resultOf(run(imageOf(entry, wrap([4, 11, 27], dtype, single)), params)),
    );
    expect(half?.outputs).toEqual(float?.outputs);
    const toHost = (image?: NdArray) => ndarrayBackend().toHost(image as NdArray) as HostArray;
    const found = toHost(half?.image);
    expect(found).toEqual(castArray(toHost(float?.image), found.dtype));
  });

  it("has the same defaults by hand as in a pipeline", () => {
    const input = imageOf(
      entry,
      wrap(
        [2, 9, 11],
        "uint16",
        Uint16Array.from({ length: 198 }, (_, i) => (i * i) % 251),
      ),
    );
    const required = entry.name === "threshold" ? { value: 100 } : undefined;
    expect(valuesOf(resultOf(run(input, required)).image)).toEqual(
      valuesOf(resultOf(run(input, params)).image),
    );
  });

  it("keeps no memory of the pool but its result", () => {
    const input = imageOf(
      entry,
      wrap(
        [2, 64, 70],
        "uint16",
        new Uint16Array(8960).map((_, i) => (i * 7) % 601),
      ),
    );
    const call = (): void => {
      const { image } = resultOf(run(input, params));
      if (image !== input) ndarrayBackend().dispose?.(image);
    };
    call();
    const before = hostPool.idleBytes;
    call();
    expect(hostPool.idleBytes).toBe(before);
  });
});

it.each([[[5]], [[1, 2, 3, 4]], [[0, 4]]])("refuses an image of shape %j", (shape) => {
  const size = shape.reduce((product, side) => product * side, 1);
  expect(() => functions.gaussian(wrap(shape, "uint8", new Uint8Array(size)))).toThrow(
    `this has (${shape.join(", ")})`,
  );
});

it.each(entries)("$name called with parameters alone says how it is named in a pipeline", ({ run }) => {
  expect(() => run({ sigma: 1 } as unknown as NdArray)).toThrow(
    /In a pipeline, name it with its parameters: use\(/,
  );
});
