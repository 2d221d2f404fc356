// node shaders.mjs <repeats>: runs every function on a WebGPU device and, in turn, copies the same bytes from one buffer of the
// device to another
import { compute, createGpuArray, defineValueShader, webgpuBackend } from "@platewright/backend-webgpu";
import * as published from "@platewright/functions/webgpu";
import { median } from "../lib/run-child.mjs";

const repeats = Number(process.argv[2]);
/** Calls under way at once, so that the time to issue them does not count on a fast device. */
const inFlight = 4;

const backend = webgpuBackend();
const [best] = await backend.devices.list();
if (!best) {
  console.error(await backend.devices.remedy());
  process.exit(1);
}
const { gpu } = await backend.devices.lease(best.id);
const { queue } = gpu.device;
const isHardware = best.processor === "hardware";
const shape = isHardware ? [24, 2048, 2048] : [4, 256, 256];

const functions = new Map(Object.entries(published));
const cases = [
  ["threshold", { value: 300 }],
  ["otsuThreshold", {}],
  ["maxProjection", {}],
  ["meanProjection", {}],
  ["sumProjection", {}],
  ["composite", {}],
  ["percentileNormalize", {}],
  ["stackPercentileNormalize", {}],
  ["gaussian", { sigma: 2 }],
  ["gaussian", { sigma: 10 }],
  ["erosion", { radius: 1 }],
  ["whiteTophat", { radius: 50, shape: "square" }],
  ["whiteTophat", { radius: 50, shape: "disk" }],
];
const rows = [];
for (const dtype of ["uint16", "float32"]) {
  const stack = await noise(dtype);
  const whole = await createGpuArray(gpu, shape, dtype);
  const copyMs = await time(copyOf(stack, whole));
  gpu.release(whole.buffer);
  const stackBytes = stack.buffer.size;
  for (const [name, params] of cases) {
    const run = functions.get(name);
    const made = await run(stack, params);
    const bytes = stackBytes + made.buffer.size;
    gpu.release(made.buffer);
    const ms = await time(async () => {
      const { buffer } = await run(stack, params);
      gpu.release(buffer);
    });
    const said = Object.keys(params).length > 0 ? ` ${JSON.stringify(params)}` : "";
    // The copy reads and writes the stack: its time for as many bytes as the function reads and writes.
    rows.push({ name: `${name}${said}, ${dtype}`, ms, bytes, copyMs: (copyMs * bytes) / (2 * stackBytes) });
  }
  gpu.release(stack.buffer);
}
console.log(JSON.stringify({ rows, shape, adapter: `${best.name} (${best.processor})` }));
process.exit(0); // the device may still hold the process

async function time(run) {
  const times = [];
  for (let i = -1; i < repeats; i++) {
    await queue.onSubmittedWorkDone();
    const start = performance.now();
    await Promise.all(Array.from({ length: isHardware ? inFlight : 1 }, run));
    await queue.onSubmittedWorkDone();
    if (i >= 0) times.push((performance.now() - start) / (isHardware ? inFlight : 1));
  }
  return median(times);
}

function copyOf(from, to) {
  return async () => {
    const encoder = gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(from.buffer, 0, to.buffer, 0, from.buffer.size);
    queue.submit([encoder.finish()]);
  };
}

// Grey values as a camera gives them, made on the device.
async function noise(dtype) {
  const shader = defineValueShader({
    label: "noise",
    output: dtype,
    code: `
fn value(i: u32) -> Value {
  var h = i * 747796405u + 2891336453u;
  h = ((h >> ((h >> 28u) + 4u)) ^ h) * 277803737u;
  h = (h >> 22u) ^ h;
  let grey = 200u + (h & 127u) + select(0u, (h >> 8u) & 4095u, (h >> 27u) == 0u);
  return Value(grey);
}`,
  });
  return compute(gpu, async (c) => {
    const made = await c.allocate(shape, dtype);
    c.map(shader, {}, {}, made);
    return made;
  });
}
