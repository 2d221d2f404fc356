import { createMemoryBackend, hostPool, type PlateImage, type StorageBackend } from "@platewright/core";
import { expect, test } from "vitest";
import { readStack } from "../../src/run/input/read-stack.ts";

const images = ["1", "2"].map(
  (z): PlateImage => ({
    ...{ well: "A01", site: "1", channel: "1", timepoint: "1" },
    z,
    path: z,
  }),
);

test("a stack whose reading fails gives its memory back when no read writes into it any more", async () => {
  let end = (): void => {};
  const gate = new Promise<void>((resolve) => {
    end = resolve;
  });
  const backend: StorageBackend = {
    ...createMemoryBackend(),
    readArray(path, options) {
      if (path === "2") throw new Error("no such share");
      options?.into?.({ shape: [70, 110], dtype: "uint16" });
      return gate as never;
    },
  };
  hostPool.release(hostPool.allocate([2, 70, 110], "uint16").data);
  const before = hostPool.idleBytes;
  const read = readStack(backend, images, undefined);
  const failed = expect(read).rejects.toThrow("no such share");
  await Promise.resolve();
  expect(hostPool.idleBytes).toBeLessThan(before);
  end();
  await failed;
  expect(hostPool.idleBytes).toBe(before);
});

test.each([
  [[5, 6], "uint16", /"2" has the shape \(5, 6\), but "1" of the same stack has \(5, 7\)/],
  [[4, 7], "uint16", /"2" has the shape \(4, 7\), but "1" of the same stack has \(5, 7\)/],
  [[5, 7], "uint8", /"2" is uint8, but "1" of the same stack is uint16/],
  [[1, 5, 7], "uint16", /"2" holds an array of shape \(1, 5, 7\) where one \[Y, X\] plane was expected/],
] as const)(
  "an image of shape %j and dtype %s among others of (5, 7) uint16 is refused",
  async (shape, dtype, says) => {
    const backend: StorageBackend = {
      ...createMemoryBackend(),
      async readArray(path, options) {
        options?.into?.(path === "1" ? { shape: [5, 7], dtype: "uint16" } : { shape, dtype });
        return undefined as never;
      },
    };
    await expect(readStack(backend, images, undefined)).rejects.toThrow(says);
  },
);
