import {
  type ArrayInfo,
  createHostArray,
  type DType,
  dtypes,
  type HostArray,
  sizeOf,
  stridesOf,
  viewOf,
} from "@platewright/core";
import { check, checkEqual, checkFails, checkSameBits } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { randomArray } from "./random-array.ts";
import { casesOf, inTypeSession, type MemorySubject } from "./session.ts";

const shapes = [[3, 5], [2, 4, 5], [3, 3, 5], [1, 1], [7], [1, 1023, 7], [0, 4]] as const;

/** What a single array promises: it is recognised, described, and comes back to the host with every bit. */
export function arrayCases(subject: MemorySubject): readonly ConformanceCase[] {
  const { type } = subject;
  const of = casesOf(subject);

  return [
    of("recognises its arrays and nothing else", async (session) => {
      const array = await session.take(randomArray([2, 3], first(type.dtypes), 1));
      checkEqual(session.registry.typeOf(array), type.name, "The memory type of its array");
      const others = [
        undefined,
        null,
        1,
        "x",
        [],
        [1, 2],
        {},
        new Uint8Array(2),
        () => 1,
        createHostArray([1], "uint8"),
      ];
      for (const value of others) check(!type.is(value), `It takes ${String(value)} for one of its arrays.`);
      await checkFails("The type of [1, 2]", "memory-type", () => session.registry.typeOf([1, 2]), ["Array"]);
    }),
    of("converting to a memory type that is not there lists those that are", async (session) => {
      const array = await session.take(randomArray([2, 3], first(type.dtypes), 1));
      const convert = () => session.registry.convert(array, "nowhere" as never);
      await checkFails("Converting to nowhere", "memory-type", convert, ["nowhere", type.name, "host"]);
    }),
    of("converting to itself is the same array", async (session) => {
      const array = await session.take(randomArray([2, 3], first(type.dtypes), 1));
      const same = await session.registry.convert(array, type.name, session.optionsFor(type.name));
      check(same === array, "Another array comes back.");
    }),
    ...dtypes.map((dtype) =>
      of(
        `${dtype} comes back with every bit${type.dtypes.includes(dtype) ? "" : ", or is refused"}`,
        async (session) => {
          for (const [seed, shape] of shapes.entries()) {
            const host = randomArray(shape, dtype, seed);
            const what = `${dtype} of shape (${shape.join(", ")})`;
            if (await isRefused(type.dtypes, dtype, () => session.take(host), what)) continue;
            const array = await session.take(host);
            checkDescription(type.describe(array), host, session.optionsFor(type.name).device, what);
            checkSameBits(await session.readBack(array), randomArray(shape, dtype, seed), what);
          }
        },
      ),
    ),
    of("takes parts of larger memory, shared memory and memory of WebAssembly", async (session) => {
      const wasm = new WebAssembly.Memory({ initial: 1 }).buffer;
      const memories = [
        new ArrayBuffer(4096),
        wasm,
        ...(hasSharedMemory() ? [new SharedArrayBuffer(4096)] : []),
      ];
      for (const dtype of type.dtypes) {
        const host = randomArray([3, 5], dtype, 9);
        for (const memory of memories) {
          const data = viewOf(dtype, memory, host.data.BYTES_PER_ELEMENT * 3, 15);
          data.set(host.data as never);
          const array = await session.take(createHostArray([3, 5], dtype, data));
          checkSameBits(await session.readBack(array), host, `${dtype} in ${memory.constructor.name}`);
        }
      }
    }),
    of("other layouts of the library come back right", async (session) => {
      for (const dtype of type.dtypes) {
        const host = randomArray([4, 6, 5], dtype, 7);
        for (const { name, array, expected } of (await subject.layouts?.(host)) ?? []) {
          session.hold(array);
          checkSameBits(await session.readBack(array as never), expected, `${dtype}, ${name}`);
        }
      }
    }),
    of("several conversions under way at once do not mix", async (session) => {
      const hosts = Array.from({ length: 12 }, (_, seed) => randomArray([5, 7], first(type.dtypes), seed));
      const arrays = await Promise.all(hosts.map((host) => session.take(host)));
      const back = await Promise.all(arrays.map((array) => type.toHost(array)));
      for (const [i, host] of back.entries())
        checkSameBits(session.hold(host), hosts[i] as HostArray, `Array ${i}`);
    }),
    of("shares memory with the host exactly where it says so", async (session) => {
      for (const dtype of type.dtypes) {
        const host = session.hold(randomArray([3, 5], dtype, 2));
        const array = await session.take(host);
        const back = await session.readBack(array);
        const { registry } = session;
        const storages = [host, array, back].map((one) => session.registry.storageOf(one));
        const says = [
          registry.route("host", type.name, registry.describe(host)),
          registry.route(type.name, "host", type.describe(array)),
        ].map(({ hops }) => hops.every(({ cost }) => cost === "view"));
        checkEqual(
          [storages[0] === storages[1], storages[1] === storages[2]],
          says,
          `${dtype}: sharing from and to the host`,
        );
      }
    }),
    of("500 arrays, one after the other, leave nothing behind", async () => {
      for (let round = 0; round < 500; round++) {
        const dtype = type.dtypes[round % type.dtypes.length] as DType;
        await inTypeSession(subject, async (session) => {
          const array = await session.take(randomArray([3, 5 + (round % 4)], dtype, round));
          if (round % 3 === 0) await session.readBack(array);
        });
      }
    }),
  ];
}

/** Whether a dtype that the memory type does not list is refused with a "dtype" error; it may also be taken and come back. */
async function isRefused(
  listed: readonly DType[],
  dtype: DType,
  take: () => Promise<unknown>,
  what: string,
): Promise<boolean> {
  if (listed.includes(dtype)) return false;
  const taken = await take().then(
    () => true,
    () => false,
  );
  if (taken) return false;
  await checkFails(what, "dtype", take, [dtype]);
  return true;
}

function checkDescription(info: ArrayInfo, host: HostArray, device: string | undefined, what: string): void {
  const { shape, strides, dtype, bytes } = info;
  checkEqual(
    [shape, dtype, bytes],
    [host.shape, host.dtype, host.data.byteLength],
    `${what}: the description`,
  );
  checkEqual(strides.length, shape.length, `${what}: the number of strides`);
  if (sizeOf(shape) > 1 && shape.length === 2) checkEqual(strides, stridesOf(shape), `${what}: the strides`);
  checkEqual(info.device, device, `${what}: the device`);
}

function first(list: readonly DType[]): DType {
  const dtype = list[0];
  check(dtype !== undefined, "The memory type lists no dtypes.");
  return dtype;
}

function hasSharedMemory(): boolean {
  return typeof SharedArrayBuffer !== "undefined";
}
