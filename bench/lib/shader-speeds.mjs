// How fast shaders are, against copying their input from one place on the device to another.
import { copyInto, createGpuArray } from "@platewright/backend-webgpu";
import { contractOf, createHostArray } from "@platewright/core";
import {
  gaussian,
  maxProjection,
  meanProjection,
  percentileNormalize,
  stackPercentileNormalize,
  threshold,
  whiteTophat,
} from "@platewright/functions/webgpu";
import { median } from "./run-child.mjs";

const calls = [
  [maxProjection],
  [meanProjection],
  [threshold, { value: 2000 }],
  [percentileNormalize],
  [stackPercentileNormalize],
  [gaussian, { sigma: 2 }],
  [whiteTophat, { radius: 12, shape: "square" }],
  [whiteTophat, { radius: 12, shape: "disk" }],
];

// Rows as those of edges: name, milliseconds, and those of the copy in turn; `bytes` is what goes in.
export async function measureShaders(type, lease, shape, repeats) {
  const { gpu } = lease;
  const data = Uint16Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7919) % 4096);
  const stack = await type.fromHost(createHostArray(shape, "uint16", data), { device: gpu.id });
  const target = await createGpuArray(gpu, shape, "uint16");
  const settle = () => gpu.device.queue.onSubmittedWorkDone();
  const rows = [];
  for (const [fn, params = {}] of calls) {
    const [times, copies] = [[], []];
    for (let i = -1; i < repeats; i++) {
      const copying = performance.now();
      await copyInto(target, [stack]);
      await settle();
      const start = performance.now();
      const result = await fn(stack, params, {});
      await settle();
      const end = performance.now();
      type.dispose(Array.isArray(result) ? result[0] : result);
      if (i < 0) continue; // compiling
      times.push(end - start);
      copies.push(start - copying);
    }
    const how = Object.entries(params)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ");
    rows.push({
      name: [contractOf(fn).name, how].filter((text) => text !== "").join(" "),
      ms: median(times),
      peerMs: median(copies),
      bytes: data.byteLength,
      cost: "shader",
      isRight: true,
    });
  }
  type.dispose(stack);
  type.dispose(target);
  return rows;
}
