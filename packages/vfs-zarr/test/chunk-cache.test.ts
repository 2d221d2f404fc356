import { expect, test } from "vitest";
import { createChunkCache } from "../src/arrays/chunk-cache.ts";
import type { DecodedChunk } from "../src/arrays/open-array.ts";

const chunkOf = (bytes: number): DecodedChunk => ({ data: new Uint8Array(bytes) }) as unknown as DecodedChunk;

test("a chunk is read once while it is kept; what was used longest ago goes first", async () => {
  const cache = createChunkCache(100);
  const reads: string[] = [];
  const get = (key: string) =>
    cache.get(key, async () => {
      reads.push(key);
      return chunkOf(40);
    });
  await Promise.all([get("a"), get("a"), get("b")]);
  await get("a");
  await get("c");
  expect(reads).toEqual(["a", "b", "c"]);
  await get("a");
  await get("b");
  expect(reads).toEqual(["a", "b", "c", "b"]);
});

test("who waits for a chunk that another one asked for gets it, though the other gives up", async () => {
  const cache = createChunkCache(100);
  let giveUp = (_: Error): void => {};
  const first = cache.get("a", () => new Promise((_, reject) => (giveUp = reject)));
  const others = ["b", "c"].map(() => cache.get("a", async () => chunkOf(3)));
  giveUp(new Error("cancelled"));
  await expect(first).rejects.toThrow("cancelled");
  expect((await Promise.all(others)).map(({ data }) => data.byteLength)).toEqual([3, 3]);
  await expect(cache.get("d", () => Promise.reject(new Error("damaged")))).rejects.toThrow("damaged");
  expect((await cache.get("d", async () => chunkOf(5))).data.byteLength).toBe(5);
});
