// The edges of an installation. Each: `make` an array of a shape, `take` it along the edge, and what that costs by its own account.
import { createHostArray, createTypedArray } from "@platewright/core";

export async function edgesOf({ memory, direct, names, lease }, dtype) {
  const options = { device: lease?.device.id };
  const upload = (name) => async (shape) => memory.get(name).fromHost(noise(shape, dtype), options);
  const edges = [];
  for (const [name, title] of Object.entries(names)) {
    const type = memory.get(name);
    if (!type.dtypes.includes(dtype)) continue;
    edges.push({
      name: `host → ${title}`,
      make: (shape) => noise(shape, dtype),
      take: (host) => type.fromHost(host, options),
    });
    edges.push({ name: `${title} → host`, make: upload(name), take: (array) => type.toHost(array) });
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
      make: upload(edge.from),
      take: (array) => edge.convert(array, options),
    });
  }
  return edges.map((edge) => ({ ...edge, name: `${edge.name}, ${dtype}` }));
}

// Views of ndarrays that lie apart in memory, each of the shape that is asked for.
function stridedEdges(type, dtype) {
  const of = (make) => async (shape) => make(shape, (larger) => type.fromHost(noise(larger, dtype)));
  const take = (array) => type.toHost(array);
  return [
    ["a part", of(async ([z, y, x], wrap) => (await wrap([z, y, x + 64])).hi(z, y, x))],
    ["slices in reverse", of(async (shape, wrap) => (await wrap(shape)).step(-1, 1, 1))],
    ["mirrored", of(async (shape, wrap) => (await wrap(shape)).step(1, 1, -1))],
    ["every second pixel", of(async ([z, y, x], wrap) => (await wrap([z, y, 2 * x])).step(1, 1, 2))],
    ["transposed", of(async (shape, wrap) => (await wrap(shape)).transpose(0, 2, 1))],
  ].map(([name, make]) => ({ name: `ndarray, ${name} → host`, cost: "host-copy", make, take }));
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
