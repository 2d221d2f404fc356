import { wrap } from "@platewright/backend-ndarray";
import { compute, createGpuArray, defineGroupShader, words } from "@platewright/backend-webgpu";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { float64Text } from "../../src/webgpu/float64-text.ts";
import { type Gpu, openGpu } from "./on-gpu.ts";

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});

const operations = {
  add: { code: "f64_add(a, b)", onCpu: (a: number, b: number) => a + b },
  subtract: { code: "f64_subtract(a, b)", onCpu: (a: number, b: number) => a - b },
  multiply: { code: "f64_multiply(a, b)", onCpu: (a: number, b: number) => a * b },
  divide: { code: "f64_divide(a, b)", onCpu: (a: number, b: number) => a / b },
  less: {
    code: "f64_from_u32(select(0u, 1u, f64_less(a, b)))",
    onCpu: (a: number, b: number) => (a < b ? 1 : 0),
  },
  single: {
    code: "f64_from_f32_bits(f64_to_f32_bits(a))",
    onCpu: (a: number) => Math.fround(a),
    takes: (a: number) => Number.isFinite(Math.fround(a)),
  },
  truncated: {
    code: "f64_from_u32(f64_to_u32(a))",
    onCpu: (a: number) => Math.trunc(a),
    takes: (a: number) => a >= 0 && a < 2 ** 32,
  },
  signed: {
    code: "f64_from_i32(bitcast<i32>(f64_to_u32(a)))",
    onCpu: (a: number) => Math.trunc(a) | 0,
    takes: (a: number) => a >= 0 && a < 2 ** 32,
  },
  long: {
    code: "f64_from_u64(vec2u(a.x, a.y))",
    onCpu: (a: number) => Number(new BigUint64Array(Float64Array.of(a).buffer)[0]),
  },
} as const;

/** Numbers of every size that images, their sums and percentiles take, many of them with few bits set. */
const numbers = fc
  .oneof(
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.maxSafeInteger(),
    fc.integer({ min: -300, max: 300 }).map((half) => half / 2),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e60, max: 1e60 }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1 }),
    fc
      .tuple(
        fc.integer({ min: -80, max: 80 }),
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -60, max: 60 }),
      )
      .map(([e, n, f]) => n * 2 ** e + 2 ** (e + f)),
  )
  .filter((v) => v === 0 || (Math.abs(v) > 1e-80 && Math.abs(v) < 1e80));

it.each(Object.entries(operations))("%s rounds as float64 on a CPU", async (name, operation) => {
  const shader = defineGroupShader({
    label: name,
    buffers: { left: words("u32"), right: words("u32"), out: words("u32", "write") },
    params: { count: "u32" },
    code: `${float64Text}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) { return; }
  let a = vec2u(left[2u * id.x], left[2u * id.x + 1u]);
  let b = vec2u(right[2u * id.x], right[2u * id.x + 1u]);
  let v = ${operation.code};
  out[2u * id.x] = v.x;
  out[2u * id.x + 1u] = v.y;
}`,
  });
  const takes = "takes" in operation ? operation.takes : () => true;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(numbers, numbers), { minLength: 2000, maxLength: 4000 }),
      async (pairs) => {
        const given = pairs.filter(([a, b]) => takes(a) && (name !== "divide" || b !== 0));
        const count = given.length;
        const upload = (side: 0 | 1) => {
          const bits = new Uint32Array(Float64Array.from(given, (pair) => pair[side]).buffer);
          return gpu.upload(wrap([bits.length], "uint32", bits));
        };
        const [left, right] = [await upload(0), await upload(1)];
        const out = await createGpuArray(gpu.device, [2 * count], "uint32");
        await compute(gpu.device, async (c) =>
          c.run(shader, { left, right, out }, { count }, [Math.ceil(count / 64)]),
        );
        const words32 = Uint32Array.from((await gpu.download(out)).data as Uint32Array);
        const got = new Float64Array(words32.buffer);
        for (const array of [left, right, out]) gpu.device.release(array.buffer);
        given.forEach(([a, b], i) => {
          const expected = operation.onCpu(a, b);
          if (got[i] !== expected) expect.fail(`${name}(${a}, ${b}) is ${got[i]}, not ${expected}`);
        });
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
});
