// node child.mjs <how>: works on a device, says so, and ends without closing it
import { Worker } from "node:worker_threads";
import { createHostArray } from "@platewright/core";
import { webgpuBackend } from "../../src/index.ts";

const how = process.argv[2];
const backend = webgpuBackend();

async function work(): Promise<void> {
  const device = "webgpu:0";
  await backend.devices.lease(device);
  const host = createHostArray([3, 1000, 1000], "uint16");
  const array = await backend.fromHost(host, { device });
  const cast = await backend.cast?.(array, "float32", "preserve");
  if (how === "reading") void Promise.resolve(backend.toHost(cast as never)).catch(() => {});
  else await backend.toHost(cast as never);
}

if (how === "threads") {
  // Each a device of its own, one after the other and two at once.
  for (let round = 0; round < 3; round++) {
    const threads = [1, 2].map(() => new Worker(new URL(import.meta.url), { argv: ["idle"] }));
    await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once("exit", resolve))));
  }
}
await work();
console.log(`worked, ${how}`);
if (how === "exit") process.exit(0);
if (how === "throw") throw new Error("on purpose");
