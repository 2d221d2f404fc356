import { createHostArray, isPlatewrightError } from "@platewright/core";
import { expect, test } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { type GpuDevice, guard, webgpuBackend, wrapBuffer } from "../src/index.ts";
import { bytesIn, randomArray } from "./support/arrays.ts";
import { openBareDevice } from "./support/bare-device.ts";
import { leaseForTests } from "./support/device.ts";

const device = "webgpu:0";

describeGpu("memory that is exhausted", () => {
  // More than any budget here allows, so that the device itself has to say no.
  const on = leaseForTests({ budgetBytes: 2 ** 42 });

  test("a buffer that the device can't make is an out-of-memory error, and leaves the device usable", async () => {
    const bytes = on.gpu.info.maxArrayBytes;
    const made: GPUBuffer[] = [];
    let thrown: unknown;
    for (let i = 0; i < 200 && thrown === undefined; i++) {
      await on.gpu.allocate(bytes).then(
        (buffer) => made.push(buffer),
        (error: unknown) => {
          thrown = error;
        },
      );
    }
    expect(thrown).toMatchObject({ code: "out-of-memory", details: { device, requestedBytes: bytes } });
    expect((thrown as Error).message).toContain(`no room for ${bytes} bytes`);
    expect((thrown as Error).cause).toBeInstanceOf(Error);
    expect(on.gpu.usage()).toMatchObject({ liveBytes: made.length * bytes, liveBuffers: made.length });
    for (const buffer of made) on.gpu.release(buffer);
    on.gpu.trim();
    const host = randomArray([5, 7], "uint16", 1);
    const array = await on.backend.fromHost(host, { device });
    expect(bytesIn(await on.backend.toHost(array))).toEqual(bytesIn(host));
    on.backend.dispose?.(array);
  });

  test("an array longer than the device holds in one piece is refused before it is tried", async () => {
    const bytes = on.gpu.info.maxArrayBytes + 4;
    await expect(on.gpu.allocate(bytes)).rejects.toMatchObject({
      code: "out-of-memory",
      details: { requestedBytes: bytes },
    });
  });
});

describeGpu("a budget", () => {
  const on = leaseForTests({ budgetBytes: 1000 });

  test("is kept to the byte, by allocations under way together too", async () => {
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => on.gpu.allocate(300)));
    const made = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(made.length).toBe(3);
    expect(on.gpu.usage()).toMatchObject({ liveBytes: 900, liveBuffers: 3 });
    for (const buffer of made) on.gpu.release(buffer);
  });

  test("what lies ready makes room for another size", async () => {
    const first = await on.gpu.allocate(200);
    on.gpu.release(first);
    expect(on.gpu.usage()).toEqual({ liveBytes: 0, liveBuffers: 0, idleBytes: 200 });
    const whole = await on.gpu.allocate(1000);
    expect(on.gpu.usage()).toEqual({ liveBytes: 1000, liveBuffers: 1, idleBytes: 0 });
    on.gpu.release(whole);
  });

  test("holds for what lies ready, too, once a larger lease is given back", async () => {
    const backend = webgpuBackend();
    const small = await backend.devices.lease(device, { budgetBytes: 100 });
    const large = await backend.devices.lease(device, { budgetBytes: 1000 });
    large.gpu.release(await large.gpu.allocate(800));
    large.release();
    await expect(small.gpu.allocate(800)).rejects.toMatchObject({ code: "out-of-memory" });
    small.gpu.release(await small.gpu.allocate(100));
    expect(small.usage()).toEqual({ liveBytes: 0, liveBuffers: 0, idleBytes: 100 });
    small.release();
  });

  test("stacks and casts that have no room leave nothing behind", async () => {
    const { backend } = on;
    const slices = [1, 2].map((seed) => randomArray([10, 15], "uint16", seed));
    const [a, b] = await Promise.all(slices.map((host) => backend.fromHost(host, { device })));
    const before = on.gpu.usage().liveBytes;
    await expect(Promise.resolve(backend.stack?.([a, b] as never))).rejects.toMatchObject({
      code: "out-of-memory",
    });
    await expect(Promise.resolve(backend.cast?.(a as never, "float32", "preserve"))).rejects.toMatchObject({
      code: "out-of-memory",
    });
    expect(on.gpu.usage().liveBytes).toBe(before);
    for (const array of [a, b]) backend.dispose?.(array as never);
  });
});

describeGpu("the pool", () => {
  const on = leaseForTests();

  test("lends a size again; releasing twice, or what it never lent, is nothing", async () => {
    const buffer = await on.gpu.allocate(100);
    expect(buffer.size).toBe(100);
    on.gpu.release(buffer);
    on.gpu.release(buffer);
    const [first, second] = [await on.gpu.allocate(98), await on.gpu.allocate(100)];
    expect(first).toBe(buffer);
    expect(second).not.toBe(buffer);
    const own = on.gpu.device.createBuffer({ size: 4, usage: 0x80 });
    on.gpu.release(own);
    for (const one of [first, second]) on.gpu.release(one);
    expect(on.gpu.usage().liveBuffers).toBe(0);
    own.destroy();
  });

  test("counts a buffer made elsewhere, and has it freed by its owner", async () => {
    const own = on.gpu.device.createBuffer({ size: 64, usage: 0x8c });
    let freed = 0;
    on.gpu.adopt(own, () => freed++);
    expect(on.gpu.usage()).toMatchObject({ liveBytes: 64, liveBuffers: 1 });
    on.backend.dispose?.(wrapBuffer(on.gpu, own, [16], "float32"));
    on.gpu.release(own);
    expect([freed, on.gpu.usage().liveBytes]).toEqual([1, 0]);
    own.destroy();
  });

  test("500 rounds of arrays, a third of them failing, leave usage at the start", async () => {
    const { backend, gpu } = on;
    for (let round = 0; round < 500; round++) {
      const array = await backend.fromHost(randomArray([3, 5 + (round % 7)], "uint16", round), { device });
      try {
        if (round % 3 === 0) throw new Error("on purpose");
        const stack = await backend.stack?.([array, array]);
        backend.dispose?.(stack as never);
      } catch {
        // as a failing well does
      } finally {
        backend.dispose?.(array);
      }
    }
    expect(gpu.usage()).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
    expect(gpu.usage().idleBytes).toBeLessThan(2000);
  });
});

describeGpu("what goes wrong on the device", () => {
  const on = leaseForTests();
  const host = createHostArray([2, 2], "uint32", Uint32Array.of(1, 2, 3, 4));

  test("a buffer of another device is an error of the operation that used it", async () => {
    const other = await openBareDevice();
    const foreign = other.createBuffer({ size: 16, usage: 0x8c });
    const array = wrapBuffer(on.gpu, foreign, [2, 2], "uint32");
    await expect(Promise.resolve(on.backend.toHost(array))).rejects.toMatchObject({ code: "execution" });
    await expect(Promise.resolve(on.backend.stack?.([array, array]))).rejects.toMatchObject({
      code: "execution",
    });
    await expect(Promise.resolve(on.backend.cast?.(array, "float32", "preserve"))).rejects.toThrow(/device/);
    other.destroy();
  });

  test("so is a buffer that is destroyed", async () => {
    const array = await on.backend.fromHost(host, { device });
    array.buffer.destroy();
    await expect(Promise.resolve(on.backend.toHost(array))).rejects.toThrow(/destroyed/);
    on.gpu.release(array.buffer);
    on.gpu.trim();
  });

  test("an error that nobody caught is thrown by the next operation, once", async () => {
    on.gpu.device.createBuffer({ size: 4, usage: 0xffff });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(on.gpu.allocate(4)).rejects.toMatchObject({ code: "execution" });
    on.gpu.release(await on.gpu.allocate(4));
  });

  test("what the caller throws between the scopes is thrown, and the scopes are closed", async () => {
    const failing = guard(on.gpu, "Nothing", () => {
      throw new RangeError("mine");
    });
    await expect(failing).rejects.toThrow("mine");
    on.gpu.release(await on.gpu.allocate(4));
  });
});

describeGpu("a device that is lost in the middle", () => {
  const works: Record<
    string,
    (gpu: GpuDevice, backend: ReturnType<typeof webgpuBackend>) => Promise<unknown>
  > = {
    "an upload": async (_, backend) => backend.fromHost(randomArray([9, 1000, 1000], "uint8", 1), { device }),
    "a download": async (_, backend) => {
      const array = await backend.fromHost(randomArray([9, 1000, 1000], "uint8", 1), { device });
      return backend.toHost(array);
    },
    "a stack": async (_, backend) => {
      const array = await backend.fromHost(randomArray([1001, 1001], "uint8", 1), { device });
      return backend.toHost((await backend.stack?.([array, array, array])) as never);
    },
    "a cast": async (_, backend) => {
      const array = await backend.fromHost(randomArray([1001, 1001], "uint8", 1), { device });
      return backend.toHost((await backend.cast?.(array, "float32", "preserve")) as never);
    },
    "an allocation": async (gpu) => {
      for (;;) gpu.release(await gpu.allocate(1000 + 4 * Math.floor(Math.random() * 1000)));
    },
  };

  test.each(Object.keys(works))("fails %s as lost, and the next lease works", async (name) => {
    const backend = webgpuBackend();
    for (const delay of [0, 1, 2, 4, 8, 16]) {
      const lease = await backend.devices.lease(device);
      const ended = (works[name] as (typeof works)[string])(lease.gpu, backend).then(
        () => undefined, // done before
        (error: unknown) => error,
      );
      await new Promise((resolve) => setTimeout(resolve, delay));
      lease.gpu.device.destroy();
      const error = await ended;
      expect(error === undefined || isPlatewrightError(error, "device-lost"), String(error)).toBe(true);
      expect(await lease.lost).toContain("destroyed");
      lease.release();
    }
    const lease = await backend.devices.lease(device);
    const host = randomArray([3, 3], "uint8", 1);
    expect(await backend.toHost(await backend.fromHost(host, { device }))).toEqual(host);
    lease.release();
  });
});
