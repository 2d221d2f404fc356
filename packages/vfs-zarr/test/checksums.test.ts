import { expect, test } from "vitest";
import { createChecksums } from "../src/checksums/checksums.ts";
import { formatManifest, manifestName, sumOf } from "../src/checksums/manifest.ts";

const content = Uint8Array.of(1, 2, 3);

/** A store of folders, each with a file `x` and a manifest; counts how often each manifest is read. */
function setUp(folders: readonly string[]) {
  const manifest = formatManifest(new Map([["x", sumOf(content)]]));
  const files = new Map(folders.map((folder) => [`${folder}/${manifestName}`, manifest]));
  files.set(
    manifestName,
    formatManifest(new Map(folders.map((folder) => [`${folder}/${manifestName}`, sumOf(manifest)]))),
  );
  const reads = new Map<string, number>();
  const checksums = createChecksums(
    {
      location: "memory",
      listable: false,
      readsAtOnce: 1,
      async get(path, signal) {
        signal?.throwIfAborted();
        if (files.has(path)) reads.set(path, (reads.get(path) ?? 0) + 1);
        await Promise.resolve();
        signal?.throwIfAborted();
        return path.endsWith(manifestName) ? files.get(path) : content;
      },
      getRange: async () => undefined,
      has: async () => true,
      async *list() {},
    },
    true,
  );
  return { checksums, files, reads, readsOf: (folder: string) => reads.get(`${folder}/${manifestName}`) };
}

test("the manifests of a large plate are not all kept: the root's is, and those that were asked for last", async () => {
  const folders = Array.from({ length: 200 }, (_, i) => `A/${i}`);
  const { checksums, reads, readsOf } = setUp(folders);
  for (const folder of folders) expect(await checksums.read(`${folder}/x`)).toEqual(content);
  expect([...reads.values()]).toEqual(Array.from({ length: 201 }, () => 1));
  await checksums.read("A/199/x");
  await checksums.read("A/0/x");
  expect([reads.get(manifestName), readsOf("A/199"), readsOf("A/0")]).toEqual([1, 1, 2]);
});

test("a read that is cancelled does not cancel another one that waits for the same manifest", async () => {
  const { checksums } = setUp(["A/1"]);
  const controller = new AbortController();
  const cancelled = expect(checksums.read("A/1/x", controller.signal)).rejects.toThrow("aborted");
  const other = checksums.read("A/1/x");
  controller.abort();
  await cancelled;
  expect(await other).toEqual(content);
});

test("a folder whose manifest is gone, though the root names it, is refused", async () => {
  const { checksums, files } = setUp(["A/1"]);
  files.delete(`A/1/${manifestName}`);
  await expect(checksums.read("A/1/x")).rejects.toThrow(
    `"A/1/${manifestName}" is missing, though it was written`,
  );
});
