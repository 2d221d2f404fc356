import { createMemoryBackend, hostPool, type PlateImage, type StorageBackend } from "@platewright/core";
import { expect, test } from "vitest";
import { readStack } from "../../src/run/input/read-stack.ts";

test("a stack whose reading fails gives its memory back when no read writes into it any more", async () => {
  const images = ["1", "2"].map(
    (z): PlateImage => ({
      ...{ well: "A01", site: "1", channel: "1", timepoint: "1" },
      z,
      path: z,
    }),
  );
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
