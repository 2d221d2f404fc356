// node memory.mjs <repeats>: takes stacks along every edge between the memory types that are here, and in turn copies the
// same bytes in ordinary memory; then runs shaders, and in turn copies their input on the device
import { installations } from "../lib/installations.mjs";
import { edgesOf } from "../lib/memory-edges.mjs";
import { measureShaders } from "../lib/shader-speeds.mjs";

const repeats = Number(process.argv[2]);
const shape = [5, 1024, 1024];
const smallShape = [5, 64, 64];
const edges = new Map();
const adapters = new Set();
const shaders = [];

for await (const installation of installations()) {
  const { memory, lease } = installation;
  for (const dtype of ["uint16", "float32"]) {
    for (const edge of await edgesOf(installation, dtype)) {
      if (!edges.has(edge.name)) edges.set(edge.name, await measure(installation, edge));
    }
  }
  if (!lease) continue;
  adapters.add(`${lease.device.name} (${lease.device.processor})`);
  // A program that stands in for a GPU takes seconds for what says nothing about one.
  const [shaderShape, times] = lease.device.processor === "hardware" ? [shape, repeats] : [[2, 128, 128], 3];
  shaders.push(...(await measureShaders(memory.get("webgpu"), lease, shaderShape, times)));
}
console.log(JSON.stringify({ edges: [...edges.values()], shaders, adapters: [...adapters] }));

async function measure(installation, edge) {
  const large = await time(installation, edge, shape);
  // A view's time says something only beside that of a smaller array.
  const small = large.cost === "view" ? await time(installation, edge, smallShape) : undefined;
  return { name: edge.name, ...large, ...(small && { smallMs: small.ms }) };
}

async function time({ memory, lease }, edge, shape) {
  const typeOf = (array) => memory.get(memory.typeOf(array));
  const storagesOf = (value) => new Set([value].flat().map((array) => typeOf(array).storageOf(array)));
  const dispose = (value, kept) => {
    for (const array of [value].flat()) {
      const storage = typeOf(array).storageOf(array);
      if (kept.has(storage)) continue;
      kept.add(storage);
      typeOf(array).dispose?.(array);
    }
  };
  const read = async (value) => {
    const hosts = await Promise.all([value].flat().map((array) => memory.convert(array, "host")));
    return Buffer.concat(hosts.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
  };

  const input = await edge.make(shape);
  const held = storagesOf(input);
  const contents = await read(input);
  const copy = Buffer.alloc(contents.length);
  const first = await edge.take(input);
  const isView = [...storagesOf(first)].every((storage) => held.has(storage));
  const isRight = Buffer.compare(await read(first), contents) === 0;
  dispose(first, new Set(held));

  const measured = async (work) => {
    await work(); // what was there last is in the cache
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const takeOnce = async () => {
    const output = await edge.take(input);
    await lease?.gpu.device.queue.onSubmittedWorkDone();
    dispose(output, new Set(held));
  };
  const [times, copies] = [[], []];
  const enough = performance.now() + 3000;
  while (times.length < repeats && (times.length < 3 || performance.now() < enough)) {
    copies.push(await measured(async () => copy.set(contents)));
    times.push(await measured(takeOnce));
  }
  dispose(input, new Set());
  const cost = edge.cost ?? (isView ? "view" : lease ? "transfer" : "host-copy");
  return {
    // What else runs on the machine only ever adds to a time.
    ms: Math.min(...times),
    peerMs: Math.min(...copies),
    bytes: isView ? 0 : contents.length,
    cost,
    isRight: isRight && (cost === "view") === isView,
  };
}
