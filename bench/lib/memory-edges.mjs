// The edges of an installation. Each: `make` an array of a shape, `take` it along the edge, and what that costs by its own
// account; where more is read or written than its values take up on the host, how many times as many bytes.
import { createHostArray, createTypedArray, hostPool } from "@platewright/core";

export async function edgesOf({ memory, direct, names, lease }, dtype) {
  const options = { device: lease?.device.id };
  const upload = (name) => async (shape) => memory.get(name).fromHost(noise(shape, dtype), options);
  const edges = [];
  for (const [name, title] of Object.entries(names)) {
    const type = memory.get(name);
    if (!type.dtypes.includes(dtype)) continue;
    const times = timesHeld(title, dtype);
    edges.push({
      name: `host → ${title}`,
      writes: times,
      make: (shape) => noise(shape, dtype),
      take: (host) => type.fromHost(host, options),
    });
    edges.push({
      name: `${title} → host`,
      reads: times,
      make: upload(name),
      take: (array) => type.toHost(array),
    });
    if (name === "ndarray") edges.push(...stridedEdges(type, dtype));
    if (name === "webgpu") edges.push(...stackEdges(type, upload(name)));
  }
  for (const edge of direct) {
    const sample = await upload(edge.from)([2, 4, 4]);
    const applies = edge.applies?.(memory.describe(sample), options) ?? true;
    memory.get(edge.from).dispose?.(sample);
    if (!applies) continue;
    const name = `${names[edge.from]} → ${names[edge.to]}`;
    edges.push({
      name,
      cost: edge.cost,
      reads: timesHeld(names[edge.from], dtype),
      writes: timesHeld(names[edge.to], dtype),
      make: upload(edge.from),
      take: (array) => edge.convert(array, options),
    });
  }
  return edges.map((edge) => ({ ...edge, name: `${edge.name}, ${dtype}` }));
}

// Tensors hold whole numbers in 32 bits.
function timesHeld(title, dtype) {
  return /^tfjs (cpu|wasm)/.test(title) && dtype === "uint16" ? 2 : 1;
}

// Views of ndarrays that lie apart in memory, each of the shape that is asked for: over what the pool lends, as in a run
// whose kernels work in place, and over memory of their own.
function stridedEdges(type, dtype) {
  const take = (array) => type.toHost(array);
  const ways = [
    ["a part", ([z, y, x]) => [z, y, x + 64], (all, [z, y, x]) => all.hi(z, y, x)],
    ["slices in reverse", (shape) => shape, (all) => all.step(-1, 1, 1)],
    ["mirrored", (shape) => shape, (all) => all.step(1, 1, -1)],
    ["every second pixel", ([z, y, x]) => [z, y, 2 * x], (all) => all.step(1, 1, 2), 2],
    ["transposed", ([z, y, x]) => [z, x, y], (all) => all.transpose(0, 2, 1)],
    ["turned by a quarter", ([z, y, x]) => [z, x, y], (all) => all.transpose(0, 2, 1).step(1, 1, -1)],
  ];
  return ["", " of its own memory"].flatMap((place) =>
    ways.map(([name, larger, view, reads = 1]) => ({
      name: `ndarray${place}, ${name} → host`,
      cost: "host-copy",
      isStrided: true,
      leastSlices: name === "slices in reverse" ? 2 : 1,
      reads,
      make: async (shape) => {
        const all = noise(larger(shape), dtype);
        return view(type.fromHost(place === "" ? lent(type, all) : all), shape);
      },
      take,
    })),
  );
}

// The same values in memory of the pool, which lends from the kernels' own once something strided was copied.
function lent(type, array) {
  const small = noise([1, 64, 64], "uint16");
  hostPool.release(type.toHost(type.fromHost(small).transpose(0, 2, 1)).data);
  const copy = hostPool.allocate(array.shape, array.dtype);
  copy.data.set(array.data);
  return copy;
}

function stackEdges(type, make) {
  const slices = async (shape) => type.unstack(await make(shape));
  return [
    { name: "webgpu, stack → slices", cost: "view", make, take: (stack) => type.unstack(stack) },
    { name: "webgpu, neighbours → stack", cost: "view", make: slices, take: (list) => type.stack(list) },
    {
      name: "webgpu, other slices → stack",
      cost: "device-copy",
      make: async (shape) => (await slices(shape)).reverse(),
      take: (list) => type.stack(list),
    },
  ];
}

function noise(shape, dtype) {
  const data = createTypedArray(
    dtype,
    shape.reduce((a, b) => a * b, 1),
  );
  for (let i = 0, state = 1; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = state >>> 20;
  }
  return createHostArray(shape, dtype, data);
}
