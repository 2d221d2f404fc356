import { expect, test } from "vitest";
import { describeGpu } from "../../../test/support/gpu.ts";
import { bytesIn, randomArray } from "./support/arrays.ts";
import { leaseForTests } from "./support/device.ts";

const device = "webgpu:0";

describeGpu("between two devices", () => {
  // Each opens the adapter for itself.
  const here = leaseForTests();
  const there = leaseForTests();

  test("an array is moved with every bit, once up and once down; on its own device it stays", async () => {
    const host = randomArray([3, 5, 7], "uint16", 1);
    const array = await here.backend.fromHost(host, { device });
    const before = [{ ...here.gpu.traffic }, { ...there.gpu.traffic }] as const;
    const moved = await there.backend.moveTo?.(array, device);
    expect(moved?.gpu).toBe(there.gpu);
    expect(bytesIn(await there.backend.toHost(moved as never))).toEqual(bytesIn(host));
    expect(here.gpu.traffic.downloaded - before[0].downloaded).toBe(210);
    expect(there.gpu.traffic.uploaded - before[1].uploaded).toBe(210);
    expect(await here.backend.moveTo?.(array, device)).toBe(array);
    here.backend.dispose?.(array);
    there.backend.dispose?.(moved as never);
  });

  test("slices of both are stacked on the one that is named, and nothing is left on the way", async () => {
    const hosts = [1, 2].map((seed) => randomArray([3, 5], "uint8", seed));
    const a = await here.backend.fromHost(hosts[0] as never, { device });
    const b = await there.backend.fromHost(hosts[1] as never, { device });
    const stack = await there.backend.stack?.([a, b, a], { device });
    expect(stack?.gpu).toBe(there.gpu);
    const [first, second] = hosts.map(bytesIn) as [Uint8Array, Uint8Array];
    expect([...bytesIn(await there.backend.toHost(stack as never))]).toEqual([...first, ...second, ...first]);
    expect([here.gpu.usage().liveBuffers, there.gpu.usage().liveBuffers]).toEqual([1, 2]);
    here.backend.dispose?.(a);
    for (const array of [b, stack]) there.backend.dispose?.(array as never);
  });
});
