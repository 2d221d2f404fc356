import type { StorageBackend } from "@platewright/core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { disk } from "../src/index.ts";
import { temporaryFolder } from "./folder.ts";

const synced = vi.hoisted(() => vi.fn<() => void>());
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    fsync: (...all: Parameters<typeof fs.fsync>) => {
      synced();
      fs.fsync(...all);
    },
  };
});

beforeEach(() => synced.mockClear());

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

  it("that is only read has nothing to flush", async () => {
    const storage = await disk({ sync: "flush" }).open(temporaryFolder(), { readOnly: true });
    expect(storage.flush).toBeUndefined();
  });
});
