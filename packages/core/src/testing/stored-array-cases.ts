import {
  type ArrayDescription,
  createHostArray,
  dtypes,
  type HostArray,
  isPlatewrightError,
  sliceOf,
  viewOf,
} from "@platewright/core";
import { check, checkEqual, checkFails, checkSameBits } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { randomArray } from "./random-array.ts";
import { casesAt, type Site, type StorageSubject } from "./storage-session.ts";

const shapes = [
  [3, 5],
  [1, 1],
  [2, 4, 5],
  [3, 33, 7],
] as const;

/** What a storage promises of arrays: every bit, into the memory that it is given, by planes, whole or not at all. */
export function storedArrayCases(subject: StorageSubject): readonly ConformanceCase[] {
  const of = casesAt(subject);
  return [
    ...dtypes.map((dtype) =>
      of(`${dtype} comes back with every bit, or is refused`, async (site) => {
        for (const [seed, shape] of shapes.entries()) {
          const array = randomArray(shape, dtype, seed);
          const what = `${dtype} of shape (${shape.join(", ")})`;
          const path = site.arrayPath(`a${seed}`);
          if (await isRefused(site, path, array, what)) continue;
          const { storage } = site;
          const found = await storage.describeArray(path);
          checkEqual([found.shape, found.dtype], [shape, dtype], `${what}: the description`);
          checkSameBits(await storage.readArray(path), randomArray(shape, dtype, seed), what);
        }
      }),
    ),
    of("arrays are read into the memory that they are to lie in", async ({ storage, arrayPath }) => {
      const array = randomArray([4, 5], "uint16", 1);
      await storage.writeArray(arrayPath("a"), array);
      const found: ArrayDescription[] = [];
      const larger = new ArrayBuffer(1000);
      const target = viewOf("uint16", larger, 6, 20);
      const read = await storage.readArray(arrayPath("a"), {
        into: (description) => {
          found.push(description);
          return target;
        },
      });
      checkEqual(
        found.map(({ shape, dtype }) => [shape, dtype]),
        [[[4, 5], "uint16"]],
        "What into() is told",
      );
      checkSameBits(createHostArray([4, 5], "uint16", target), array, "The memory");
      check(
        read.data.buffer === larger && read.data.byteOffset === 6,
        "The array that comes back lies elsewhere.",
      );
    }),
    of("what into() throws is passed on", async ({ storage, arrayPath }) => {
      await storage.writeArray(arrayPath("a"), randomArray([4, 5], "uint16", 1));
      const refusal = new Error("too large");
      const read = async () =>
        await storage.readArray(arrayPath("a"), {
          into: () => {
            throw refusal;
          },
        });
      const thrown = await read().catch((error: unknown) => error);
      check(isOrIsBehind(thrown, refusal), `What comes out is: ${String(thrown)}`);
    }),
    of("one plane of several is read by its index", async ({ storage, arrayPath }) => {
      const stack = randomArray([3, 4, 5], "uint16", 2);
      await storage.writeArray(arrayPath("a"), stack);
      for (const z of [2, 0])
        checkSameBits(
          await storage.readArray(arrayPath("a"), { plane: [z] }),
          sliceOf(stack, z),
          `Plane ${z}`,
        );
    }),
    of("what was written stays when the array changes afterwards", async ({ storage, arrayPath }) => {
      const expected = randomArray([4, 5], "uint16", 3);
      const data = viewOf("uint16", new ArrayBuffer(1000), 6, 20);
      data.set(expected.data);
      await storage.writeArray(arrayPath("a"), createHostArray([4, 5], "uint16", data), {
        pixelSize: { x: 0.5, y: 0.25 },
        name: "an image",
        channelNames: ["DAPI"],
      });
      data.fill(0);
      checkSameBits(await storage.readArray(arrayPath("a")), expected, "The array");
    }),
    of("an array that is there stays, unless it may be replaced", async ({ storage, arrayPath }) => {
      const [old, other] = [randomArray([4, 5], "uint16", 4), randomArray([6, 2], "uint8", 5)];
      const path = arrayPath("a");
      await storage.writeArray(path, old);
      await checkFails("Writing over an array", "exists", () => storage.writeArray(path, other));
      checkSameBits(await storage.readArray(path), old, "What is there");
      await storage.writeArray(path, other, { overwrite: true });
      checkSameBits(await storage.readArray(path), other, "What is there after overwrite");
    }),
  ];
}

/** Whether an array is refused with a typed error, and nothing of it is left. */
async function isRefused({ storage }: Site, path: string, array: HostArray, what: string): Promise<boolean> {
  try {
    await storage.writeArray(path, array);
    return false;
  } catch (error) {
    check(
      isPlatewrightError(error),
      `${what} is to be kept or refused by an error of core: ${String(error)}`,
    );
    checkEqual(await storage.has(path), false, `${what}: has() of what was refused`);
    return true;
  }
}

function isOrIsBehind(thrown: unknown, expected: Error): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) if (error === expected) return true;
  return false;
}
