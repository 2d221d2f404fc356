import { expect, it } from "vitest";
import { createKernels, footprintDisk, footprintSquare, type Kernels } from "../src/index.ts";
import { allocate } from "../src/pixels.ts";
import { createWasmKernels } from "../src/wasm/create-wasm-kernels.ts";

const plain = createKernels({ backend: "typescript" });
const [width, height] = [601, 499];

const calls: Readonly<Record<string, (kernels: Kernels, data: Uint16Array) => unknown>> = {
  histogram: (k, data) => k.histogram(data, new Uint32Array(65536).fill(1), { accumulate: true }),
  applyLut: (k, data) =>
    k.applyLut(
      data,
      new Uint16Array(65536).map((_, i) => i * 3),
      data.slice(),
    ),
  percentiles: (k, data) =>
    [data, Float32Array.from(data, (value) => value / 7)].flatMap((pixels) =>
      k.percentiles([pixels], [1, 99]),
    ),
  markAbove: (k, data) => k.markAbove(data, 40_000, new Uint8Array(data.length)),
  erode: (k, data) => k.erode({ data, width, height }, footprintDisk(7), data.slice()),
  dilate: (k, data) => k.dilate({ data, width, height }, footprintSquare(6), data.slice()),
  open: (k, data) => k.open({ data, width, height }, footprintSquare(4), data.slice()),
  close: (k, data) => k.close({ data, width, height }, footprintDisk(3), data.slice()),
  whiteTophat: (k, data) => {
    const own = data.slice();
    return k.whiteTophat({ data: own, width, height }, footprintSquare(9), own);
  },
  gaussian: (k, data) => k.gaussian({ data, width, height }, 2, new Float32Array(data.length)),
  projectMax: (k, data) => k.projectMax([data, data.slice().reverse()], data.slice()),
  projectMin: (k, data) =>
    k.projectMin(
      [Float32Array.from(data), new Float32Array(data.length).fill(9)],
      new Float32Array(data.length),
    ),
  accumulateMax: (k, data) => k.accumulateMax(data.slice().reverse(), data),
  accumulateMin: (k, data) => k.accumulateMin(data.slice().reverse(), data),
  accumulateSum: (k, data) => k.accumulateSum(new Uint32Array(data.length).fill(7), data),
  meanOfSum: (k, data) => k.meanOfSum(Float32Array.from(data), 7, new Float32Array(data.length)),
  composite: (k, data) => k.composite([data, data.slice().reverse()], [0.4, 0.6], data.slice()),
  label: (k, data) => {
    const labels = new Int32Array(data.length);
    return [k.label({ data, width, height }, labels, { threshold: 40_000 }), labels];
  },
  labelRegions: (k, data) => k.labelRegions({ data, width, height }, { threshold: 40_000, minArea: 3 }),
  copyStrided: (k, data) =>
    k.copyStrided(data, { shape: [width, height], stride: [1, width], offset: 0 }, data.slice()),
};

const noise = Uint16Array.from({ length: width * height }, (_, i) => Math.imul(i + 1, 2654435761) >>> 16);

function createCapped(arenaBytes: number, most: number): Kernels {
  const kernels = createWasmKernels(arenaBytes, most);
  if (!kernels) throw new Error("This engine has no WebAssembly SIMD.");
  return kernels;
}

// 128 KiB hold the tables of no kernel, 1 MiB those of the kernels that work in tiles, but no slice.
it.each([2 ** 17, 2 ** 20])("kernels that get %i bytes of WebAssembly memory give the same", (most) => {
  const capped = createCapped(0, most);
  expect(capped.backend).toBe("wasm-simd");
  for (const [name, call] of Object.entries(calls)) {
    const source = noise.slice();
    const same = Buffer.compare(bytesOf(call(capped, source)), bytesOf(call(plain, source))) === 0;
    expect(same, name).toBe(true);
    expect(Buffer.compare(bytesOf(source), bytesOf(noise)), name).toBe(0);
  }
});

it("every kernel is tried so", () => {
  const names = Object.entries(plain).flatMap(([name, kernel]) =>
    typeof kernel === "function" ? [name] : [],
  );
  expect(Object.keys(calls).sort()).toEqual(names.sort());
});

it("after a slice too large, smaller ones are right", () => {
  const capped = createCapped(0, 2 ** 20);
  const small = { data: noise.slice(0, 64 * 64), width: 64, height: 64 };
  const smooth = (kernels: Kernels) => kernels.gaussian(small, 1, new Uint16Array(64 * 64));
  calls.label?.(capped, noise);
  expect(smooth(capped)).toEqual(smooth(plain));
});

it("what fits neither beside an arena nor into a memory that grows is done in TypeScript", () => {
  const capped = createCapped(2 ** 20, 2 ** 20);
  const [wide, tall] = [6000, 4000];
  const data = new Uint16Array(wide * tall);
  data[wide * 2000 + 3000] = data[wide * 3999 + 5999] = 900;
  const labels = new Int32Array(data.length);
  expect(capped.label({ data, width: wide, height: tall }, labels)).toBe(2);
  expect([labels[wide * 2000 + 3000], labels[wide * 3999 + 5999]]).toEqual([1, 2]);
});

it("an array that the engine refuses is refused with its size", () => {
  expect(() => allocate(Float64Array, 2 ** 40)).toThrow(
    "Out of memory: the kernels need 8796093022208 bytes to work in, and the engine refuses them. Use smaller slices or tiles.",
  );
});

function bytesOf(result: unknown): Uint8Array {
  const parts = (Array.isArray(result) ? result : [result]).flatMap((part) =>
    ArrayBuffer.isView(part) || typeof part === "number" ? [part] : Object.values(part as object),
  );
  return Buffer.concat(
    parts.map((part) =>
      ArrayBuffer.isView(part)
        ? Buffer.from(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength)
        : Buffer.from(String(part)),
    ),
  );
}
