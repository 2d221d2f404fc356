import { expect, test } from "vitest";
import { createGpuDevice, type GpuDevice } from "../src/gpu-device.ts";

/** A device in name only, which says that it is full as often as it is told. */
function createFullDevice(): {
  readonly gpu: GpuDevice;
  fullFor: number;
  readonly made: number[];
  readonly destroyed: number[];
} {
  const made: number[] = [];
  const destroyed: number[] = [];
  const state = { fullFor: 0, made, destroyed };
  let scopes = 0;
  const device = {
    lost: new Promise(() => {}),
    addEventListener: () => {},
    pushErrorScope: () => {
      scopes++;
    },
    // The scope for memory is the innermost of three.
    popErrorScope: async () => (scopes-- % 3 === 0 && state.fullFor-- > 0 ? { message: "no more" } : null),
    createBuffer: ({ size }: { size: number }) => {
      made.push(size);
      return { size, destroy: () => destroyed.push(size) };
    },
  };
  const info = {
    id: "webgpu:0",
    name: "fake",
    processor: "hardware",
    budgetBytes: 1000,
    maxArrayBytes: 1000,
  } as const;
  const gpu = createGpuDevice(device as unknown as GPUDevice, { info, budget: () => 1000 });
  return Object.assign(state, { gpu });
}

test("a full device is asked again when what lay ready has been freed", async () => {
  const full = createFullDevice();
  full.gpu.release(await full.gpu.allocate(40));
  full.fullFor = 1;
  const buffer = await full.gpu.allocate(100);
  expect(buffer.size).toBe(100);
  expect([full.made, full.destroyed]).toEqual([
    [40, 100, 100],
    [100, 40],
  ]);
  expect(full.gpu.usage()).toEqual({ liveBytes: 100, liveBuffers: 1, idleBytes: 0 });
});

test("one that stays full is an error with the sizes, after two tries, or one where nothing lay ready", async () => {
  const full = createFullDevice();
  const kept = await full.gpu.allocate(200);
  const expected = {
    code: "out-of-memory",
    details: { device: "webgpu:0", requestedBytes: 100, liveBytes: 200, budgetBytes: 1000 },
  };
  full.gpu.release(await full.gpu.allocate(40));
  full.fullFor = 2;
  await expect(full.gpu.allocate(100)).rejects.toMatchObject(expected);
  full.fullFor = 1;
  await expect(full.gpu.allocate(100)).rejects.toMatchObject(expected);
  expect(full.made).toEqual([200, 40, 100, 100, 100]);
  expect(full.gpu.usage()).toEqual({ liveBytes: 200, liveBuffers: 1, idleBytes: 0 });
  full.gpu.release(kept);
});

test("memory that others keep ready counts as idle, and is freed for room", async () => {
  const { gpu } = createFullDevice();
  const store = {
    bytes: 300,
    trim() {
      this.bytes = 0;
    },
  };
  gpu.addIdle(store);
  expect(gpu.usage().idleBytes).toBe(300);
  await gpu.allocate(600);
  expect(store.bytes).toBe(300);
  await gpu.allocate(200);
  expect(gpu.usage()).toEqual({ liveBytes: 800, liveBuffers: 2, idleBytes: 0 });
});
