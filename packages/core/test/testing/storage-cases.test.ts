import type { Entry, HostArray, StorageProvider } from "@platewright/core";
import { type ConformanceCase, storageCases } from "@platewright/core/testing";
import { describe, expect, test } from "vitest";
import { type Alter, mapStorage } from "../support/map-storage.ts";

function casesOf(provider: StorageProvider): readonly ConformanceCase[] {
  let places = 0;
  return storageCases({ provider, location: () => `map-${places++}` });
}

describe("a storage that keeps its promises passes", () => {
  const cases = casesOf(mapStorage());
  for (const { name, run } of cases) test(name, run);

  test("each case has a name of its own", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
});

/** Each breaks one promise of a storage that keeps the others. */
const faults: readonly (readonly [string, Alter, string])[] = [
  ["takes any path", () => ({ has: () => false }), "a path that leaves the root"],
  [
    "knows no folders",
    ({ has }) => ({ has: async (path) => !path.endsWith("/c") && (await has(path)) }),
    "lists by name",
  ],
  [
    "lists in any order",
    ({ list }) => ({
      async *list(folder, options) {
        const entries: Entry[] = [];
        for await (const entry of list(folder, options)) entries.push(entry);
        yield* entries.reverse();
      },
    }),
    "lists by name",
  ],
  [
    "answers nothing for what is not there",
    ({ has, readValue }) => ({
      readValue: async (path) => ((await has(path)) ? await readValue?.(path) : undefined),
    }),
    "what is not there",
  ],
  [
    "replaces documents unasked",
    ({ writeValue }) => ({ writeValue: (path, value) => writeValue?.(path, value, { overwrite: true }) }),
    "what is there stays",
  ],
  [
    "lets every writer win",
    ({ has, writeValue }) => ({
      async writeValue(path, value, options) {
        if (!(await has(path))) await new Promise((resolve) => setTimeout(resolve, 1));
        else if (!options?.overwrite) return await writeValue?.(path, value, options);
        await writeValue?.(path, value, { overwrite: true });
      },
    }),
    "of several that write",
  ],
  [
    "does not hear that a call was cancelled",
    ({ writeArray }) => ({
      writeArray: (path, array, { signal: _, ...options } = {}) => writeArray?.(path, array, options),
    }),
    "cancelled",
  ],
  ["lets anyone hold a file", () => ({ lock: () => () => {} }), "a file is held"],
  [
    "turns float16 to float32",
    ({ writeArray }) => ({
      writeArray: (path, array, options) =>
        writeArray?.(path, array.dtype === "float16" ? { ...array, dtype: "float32" } : array, options),
    }),
    "float16 comes back",
  ],
  [
    "keeps the caller's memory",
    ({ readArray }) => {
      const kept = new Map<string, HostArray>();
      return {
        writeArray: (path, array) => void kept.set(path, array),
        readArray: (path, options) => kept.get(path) ?? (readArray?.(path, options) as never),
      };
    },
    "what was written stays",
  ],
  [
    "reads into memory of its own",
    ({ readArray }) => ({
      readArray: (path, options) => readArray?.(path, { ...options, into: undefined }) as never,
    }),
    "arrays are read into",
  ],
  [
    "reads the first plane always",
    ({ readArray }) => ({
      readArray: (path, options) =>
        readArray?.(path, { ...options, ...(options?.plane && { plane: [0] }) }) as never,
    }),
    "one plane of several",
  ],
  [
    "replaces arrays unasked",
    ({ writeArray }) => ({ writeArray: (path, array) => writeArray?.(path, array, { overwrite: true }) }),
    "an array that is there stays",
  ],
];

describe("a storage that breaks a promise fails", () => {
  test.each(faults)("%s", async (_, alter, caught) => {
    const failed: string[] = [];
    for (const { name, run } of casesOf(mapStorage(alter))) await run().catch(() => failed.push(name));
    expect(failed.join("\n")).toContain(caught);
  });

  test("writes though it was opened for reading", async () => {
    const provider = mapStorage();
    const careless = { ...provider, open: (location: string) => provider.open(location) };
    const [absent, reading] = casesOf(careless);
    await expect(absent?.run()).rejects.toThrow('it should be a "not-found" error');
    await expect(reading?.run()).rejects.toThrow("It has write, remove, writeArray, writeValue");
  });

  test("says what it lacks", async () => {
    const provider = mapStorage(() => ({ writeArray: undefined, remove: undefined }));
    const [, reading] = casesOf(provider);
    await expect(reading?.run()).rejects.toThrow("The storage has no writeArray, remove");
  });
});
