// node memory.mjs <repeats> <dtype>: takes stacks along every edge between the memory types that are here, and in turn copies as
// many bytes in ordinary memory
import { hostPool } from "@platewright/core";
import { installations } from "../lib/installations.mjs";
import { edgesOf } from "../lib/memory-edges.mjs";
import { median } from "../lib/run-child.mjs";

const repeats = Number(process.argv[2]);
const dtype = process.argv[3];
const shapes = [
  [5, 1024, 1024],
  [1, 2048, 2048],
];
const [shape] = shapes;
const smallShape = [5, 64, 64];
const edges = new Map();
const adapters = new Set();

for await (const installation of installations()) {
  await measureEdges(installation, ({ isStrided }) => !isStrided, [shape]);
  const { lease } = installation;
  if (lease) adapters.add(`${lease.device.name} (${lease.device.processor})`);
}
// At the end: they fill the kernels' memory with pieces of many sizes.
for await (const installation of installations()) {
  await measureEdges(installation, ({ isStrided }) => isStrided, shapes);
  break;
}
console.log(JSON.stringify({ edges: [...edges.values()], adapters: [...adapters] }));

async function measureEdges(installation, isMeant, shapes) {
  for (const edge of (await edgesOf(installation, dtype)).filter(isMeant)) {
    for (const each of shapes.filter(([slices]) => slices >= (edge.leastSlices ?? 1))) {
      const name = each === shape ? edge.name : `${edge.name}, ${each.join(" × ")}`;
      if (!edges.has(name)) edges.set(name, { name, ...(await measure(installation, edge, each)) });
    }
  }
}

async function measure(installation, edge, shape) {
  const large = await time(installation, edge, shape);
  // A view's time says something only beside that of a smaller array.
  const small = large.cost === "view" ? await time(installation, edge, smallShape) : undefined;
  return { ...large, ...(small && { smallMs: small.ms }) };
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
    const bytes = Buffer.concat(
      hosts.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    );
    for (const { data } of hosts)
      if (!storagesOf(value).has(hostPool.storageOf(data))) hostPool.release(data);
    return bytes;
  };

  const input = await edge.make(shape);
  const held = storagesOf(input);
  const contents = await read(input);
  const first = await edge.take(input);
  const isView = [...storagesOf(first)].every((storage) => held.has(storage));
  const isRight = Buffer.compare(await read(first), contents) === 0;
  dispose(first, new Set(held));

  // A copy writes what the target holds, and reads what the source spans. A copy of bytes reads and writes the same.
  const written = contents.length * (edge.writes ?? 1);
  const touched = (written + contents.length * (edge.reads ?? 1)) / 2;
  const copyOf = (bytes) => {
    const [from, to] = [Buffer.alloc(bytes, 1), Buffer.alloc(bytes, 2)];
    return () => to.set(from);
  };
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
  const [copyWritten, copyTouched] = [copyOf(written), copyOf(touched)];
  // The engine compiles what runs often a second time, and better.
  for (const end = performance.now() + 200; performance.now() < end; ) await takeOnce();
  const rounds = [];
  const enough = performance.now() + 3000;
  while (rounds.length < repeats && (rounds.length < 3 || performance.now() < enough)) {
    const peerMs = await measured(copyWritten);
    const touchedMs = touched === written ? peerMs : await measured(copyTouched);
    rounds.push({ peerMs, touchedMs, ms: await measured(takeOnce) });
  }
  dispose(input, new Set());
  const cost = edge.cost ?? (isView ? "view" : lease ? "transfer" : "host-copy");
  const middle = (value) => median(rounds.map(value));
  return {
    ms: middle(({ ms }) => ms),
    peerMs: middle(({ peerMs }) => peerMs),
    touchedMs: middle(({ touchedMs }) => touchedMs),
    // Each against the copy beside it: what else runs on the machine slows both.
    ratio: middle(({ ms, peerMs }) => ms / peerMs),
    touchedRatio: middle(({ ms, touchedMs }) => ms / touchedMs),
    bytes: isView ? 0 : written,
    cost,
    isRight: isRight && (cost === "view") === isView,
  };
}
