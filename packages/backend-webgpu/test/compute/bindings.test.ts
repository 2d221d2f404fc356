import { isPlatewrightError, storedBytesPerElement } from "@platewright/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { bindingOf } from "../../src/compute/bindings.ts";
import { type GpuArray, gpuDTypes } from "../../src/gpu-array.ts";

/** An array that is only looked at, on a device that binds so many bytes. */
function arrayOf(fields: Partial<GpuArray>, maxStorageBufferBindingSize: number): GpuArray {
  const limits = { minStorageBufferOffsetAlignment: 256, maxStorageBufferBindingSize };
  const gpu = { id: "webgpu:0", device: { limits }, usage: () => ({ liveBytes: 7 }) };
  return { gpu, buffer: {}, shape: [1], dtype: "uint8", offset: 0, ...fields } as unknown as GpuArray;
}

it("binds a view from where bindings may begin, and not more than it takes", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...gpuDTypes),
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 1, max: 1e6 }),
      (dtype, offset, length) => {
        const size = storedBytesPerElement(dtype);
        const binding = bindingOf(arrayOf({ dtype, offset, shape: [length] }, 2 ** 30));
        expect(binding.offset % 256).toBe(0);
        expect(binding.size % 4).toBe(0);
        expect(binding.offset / size + binding.shift).toBe(offset);
        expect(binding.shift * size).toBeLessThan(256);
        const end = (offset + length) * size;
        expect(binding.offset + binding.size - end).toBeGreaterThanOrEqual(0);
        expect(binding.offset + binding.size - end).toBeLessThan(4);
      },
    ),
  );
});

it("takes an array that is too long to bind for memory that ran out, with the sizes", () => {
  const bind = () => bindingOf(arrayOf({ shape: [3, 1000, 1000], dtype: "uint16" }, 2 ** 22));
  expect(bind).toThrow("webgpu:0 has no room for 6000000 bytes");
  try {
    bind();
  } catch (thrown) {
    expect(isPlatewrightError(thrown, "out-of-memory")).toBe(true);
  }
});
