import type { StorageBackend } from "@platewright/core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { disk } from "../src/index.ts";

const { synced, pooled, place } = vi.hoisted(() => ({
  synced: vi.fn<() => Error | undefined>(),
  pooled: vi.fn<() => void>(),
  place: { isInMemory: false },
}));
// As linux/magic.h has them.
const [tmpfs, ext4] = [0x01021994, 0xef53];
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    fsync: (...all: Parameters<typeof fs.fsync>) => {
      const failure = synced();
      if (failure) all[1](failure);
      else fs.fsync(...all);
    },
    writev: (...all: Parameters<typeof fs.writev>) => {
      pooled();
      fs.writev(...all);
    },
    statfsSync: (path: string) => ({ ...fs.statfsSync(path), type: place.isInMemory ? tmpfs : ext4 }),
  };
});

beforeEach(() => {
  synced.mockClear();
  pooled.mockClear();
  place.isInMemory = false;
});

async function writeThree(storage: StorageBackend): Promise<void> {
  for (const name of ["deep/a", "deep/b", "c"]) await storage.write?.(name, new Uint8Array([1]));
}

describe("a disk", () => {
  it("brings each file and its folder to the disk with each write, and has nothing to flush", async () => {
    const storage = await disk().open(temporaryFolder());
    await writeThree(storage);
    expect(synced.mock.calls.length).toBeGreaterThanOrEqual(6);
    expect(storage.flush).toBeUndefined();
  });

  it("that is flushed brings them once, and the folders that hold them", async () => {
    const storage = await disk({ sync: "flush" }).open(temporaryFolder());
    await writeThree(storage);
    await storage.remove?.("c");
    expect(synced).not.toHaveBeenCalled();
    await storage.flush?.();
    // Two files and two folders; nothing of the one that was removed.
    expect(synced).toHaveBeenCalledTimes(4);
    await storage.flush?.();
    expect(synced).toHaveBeenCalledTimes(4);
  });

  it("that is flushed brings large files while others are made, once, and says there what failed", async () => {
    const storage = await disk({ sync: "flush" }).open(temporaryFolder());
    await storage.write?.("large", new Uint8Array(2 ** 20));
    expect(synced).toHaveBeenCalledTimes(1);
    await storage.flush?.();
    // And its folder.
    expect(synced).toHaveBeenCalledTimes(2);
    await storage.flush?.();
    expect(synced).toHaveBeenCalledTimes(2);
    synced.mockReturnValueOnce(Object.assign(new Error("i/o error"), { code: "EIO" }));
    await storage.write?.("large", new Uint8Array(2 ** 20), { overwrite: true });
    await expect(storage.flush?.()).rejects.toThrow("The disk failed to write");
    await storage.flush?.();
  });

  it("that lies in memory is flushed without asking the system to", async () => {
    place.isInMemory = true;
    const storage = await disk({ sync: "flush" }).open(temporaryFolder());
    await writeThree(storage);
    await storage.flush?.();
    expect(synced).not.toHaveBeenCalled();
  });

  it("that is flushed writes large files whole, however many at once, and leaves a thread to readers", async () => {
    const storage = await disk({ sync: "flush" }).open(temporaryFolder());
    const files = Array.from({ length: 8 }, (_, i) => new Uint8Array(2 ** 20 + i).fill(i + 1));
    await Promise.all(files.map((bytes, i) => storage.write?.(`large/${i}`, bytes)));
    for (const [i, bytes] of files.entries())
      expect(Buffer.compare((await storage.read?.(`large/${i}`)) ?? new Uint8Array(0), bytes)).toBe(0);
    expect(pooled).toHaveBeenCalledTimes(3);
    await storage.write?.("large/more", new Uint8Array(2 ** 20));
    expect(pooled).toHaveBeenCalledTimes(4);
  });

  it("that is only read has nothing to flush", async () => {
    const storage = await disk({ sync: "flush" }).open(temporaryFolder(), { readOnly: true });
    expect(storage.flush).toBeUndefined();
  });
});
