import {
  applyDTypePolicy,
  createHostArray,
  createTypedArray,
  type DType,
  type DTypePolicy,
  decodeFloat16,
  type HostArray,
  isIntegerDType,
} from "@platewright/core";
import { check, checkEqual, checkFails } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { casesOf, inTypeSession, type MemorySubject } from "./session.ts";

const ranges = [
  [0, 65535],
  [-0.37, 254.9],
  [-1e9, 3e9],
] as const;

/** What `cast` promises, where a memory type has it: what the host gives, value for value. */
export function castCases(subject: MemorySubject): readonly ConformanceCase[] {
  const { type } = subject;
  if (!type.cast) return [];
  const policies: readonly DTypePolicy[] = ["preserve", ...ranges.map((rescale) => ({ rescale }))];
  const pairs = type.dtypes.flatMap((from) => type.dtypes.map((to) => [from, to] as const));
  const floats = type.dtypes.filter((dtype) => dtype === "float16" || dtype === "float32");
  const of = casesOf(subject);
  return [
    ...pairs.map(([from, to]) =>
      of(`casts ${from} to ${to} as the host does`, async () => {
        for (const policy of policies) await checkCast(subject, edgesOf(from), to, policy);
      }),
    ),
    of("a cast that has nothing to do gives the same array", async ({ take }) => {
      const dtype = type.dtypes[0] as DType;
      const array = await take(edgesOf(dtype));
      check((await type.cast?.(array, dtype, "preserve")) === array, "preserve makes another array.");
      for (const other of type.dtypes) {
        check((await type.cast?.(array, other, "native")) === array, "native makes another array.");
      }
    }),
    ...(floats.length > 0 ? type.dtypes.filter(isIntegerDType) : []).map((dtype) =>
      of(`NaN to ${dtype} is an error that names its place`, async ({ take, hold }) => {
        for (const from of floats) {
          const values = new Float32Array(1000).fill(3);
          values[777] = values[800] = Number.NaN;
          const array = await take(createHostArray([10, 100], from, values as never));
          const cast = async () => hold(await type.cast?.(array, dtype, "preserve"));
          await checkFails(`Casting NaN of ${from}`, "dtype", cast, ["777", dtype]);
        }
      }),
    ),
  ];
}

async function checkCast(
  subject: MemorySubject,
  host: HostArray,
  dtype: DType,
  policy: DTypePolicy,
): Promise<void> {
  const { type } = subject;
  await inTypeSession(subject, async ({ take, readBack, hold }) => {
    const array = await take(host);
    const cast = await type.cast?.(array, dtype, policy);
    check(cast !== undefined, "The cast gives nothing.");
    if (cast !== array) hold(cast);
    const found = await readBack(cast);
    const expected = applyDTypePolicy(host, dtype, policy);
    checkEqual([found.shape, found.dtype], [expected.shape, expected.dtype], "Shape and dtype");
    expected.data.forEach((value, i) => {
      const is = found.data[i];
      if (Object.is(is, value) || is === value) return;
      throw new Error(
        `${host.dtype} ${host.data[i]} becomes ${is} instead of ${value} (${JSON.stringify(policy)}).`,
      );
    });
  });
}

/** Values at which rounding and saturating decide, and their neighbours. */
function edgesOf(dtype: DType): HostArray {
  const small = [0, 1, 2, 127, 128, 254, 255, 256, 32767, 32768, 65535, 65536];
  const whole = [...small, 2 ** 24 + 1, 2 ** 24 + 3, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
  const signed = whole.flatMap((value) => [value, -value]);
  if (dtype === "float16") return everyFloat16();
  const values = dtype.startsWith("float") ? [...signed, ...float16Edges].flatMap(neighboursOf) : signed;
  const data = createTypedArray(dtype, values.length);
  data.set(dtype === "bool" ? values.map((value) => (value % 2) & 1) : values);
  return createHostArray([values.length], dtype, data);
}

/** Where float16 ends, where its digits get coarser and where it has no digits left, and halves between its values. */
const positiveEdges = [2049, 2051, 65504, 65520, 2 ** -14, 2 ** -24, 2 ** -25, 3 * 2 ** -25, 1 + 2 ** -11];
const float16Edges = positiveEdges.flatMap((value) => [value, -value]);

/** All values of float16 but NaN. */
function everyFloat16(): HostArray {
  const data = decodeFloat16(Uint16Array.from({ length: 0x10000 }, (_, half) => half)).filter(
    (value) => !Number.isNaN(value),
  );
  return createHostArray([data.length], "float16", data);
}

function neighboursOf(value: number): readonly number[] {
  const beside = Math.abs(value) * 2 ** -22;
  return [value, value + 0.5, value - 0.5, value + beside, value - beside, value * 1e30, value * 1e-30];
}
