import {
  createFileManager,
  createMemoryBackend,
  type MemoryBackend,
  type StorageBackend,
} from "@platewright/core";
import { expect, test } from "vitest";

const readOnly: StorageBackend = {
  name: "archive",
  persistent: true,
  location: "/archive",
  has: () => true,
  list: async function* () {},
  readValue: (path) => `content of ${path}`,
};

const setUp = () => {
  const memory = createMemoryBackend();
  return { memory, files: createFileManager([memory, readOnly]) };
};

test("every call names its backend; one that is not there is an error that lists those that are", async () => {
  const { files } = setUp();
  expect(files.names).toEqual(["memory", "archive"]);
  await files.save({ a: 1 }, "a.json", "memory");
  expect(await files.load("a.json", "memory")).toEqual({ a: 1 });
  expect(await files.load("a.json", "archive")).toBe("content of a.json");
  await expect(files.load("a.json", "disk")).rejects.toThrow(
    'There is no storage backend "disk". There are: memory, archive.',
  );
  await expect(files.load("a.json", undefined as never)).rejects.toThrow(
    "There is no storage backend undefined.",
  );
  expect(() => createFileManager([readOnly, readOnly])).toThrow('Two storage backends are named "archive".');
});

test("what a backend can't do is a typed error", async () => {
  const { files } = setUp();
  await expect(files.save(1, "a", "archive")).rejects.toMatchObject({
    code: "storage",
    message: 'The storage backend "archive" (/archive) can\'t write values: it is read-only.',
    details: { name: "archive", capability: "writeValue" },
  });
  await expect(files.remove("a", "archive")).rejects.toThrow("can't remove anything: it is read-only.");
  await expect(files.saveBatch([], [], "archive")).rejects.toThrow("can't write values");
});

test("what was saved is listed, found and removed", async () => {
  const { files } = setUp();
  await files.save(1, "a/b", "memory");
  expect(await files.list("a", "memory")).toEqual([{ path: "a/b", kind: "file" }]);
  expect(await files.exists("a/b", "memory")).toBe(true);
  await files.remove("a/b", "memory");
  expect(await files.exists("a/b", "memory")).toBe(false);
  await expect(files.save(1, "../b", "memory")).rejects.toMatchObject({ code: "path" });
  await expect(files.exists("../b", "memory")).rejects.toMatchObject({ code: "path" });
});

test("a batch that can't be saved whole is refused before the first write", async () => {
  const { files, memory } = setUp();
  const refused = async (values: readonly unknown[], paths: readonly string[], message: string) => {
    await expect(files.saveBatch(values, paths, "memory")).rejects.toThrow(message);
    expect(await files.list("", "memory")).toEqual([{ path: "taken", kind: "file" }]);
  };
  memory.writeValue("taken", "old");
  await refused([1, 2], ["a"], "saveBatch got 2 values for 1 paths. Nothing was written.");
  await refused([1, 2], ["a", "a"], "saveBatch got a path twice. Nothing was written.");
  await refused([1, 2], ["a", "taken"], '"taken" exists already. Set overwrite: true to replace it.');
  await refused([1, 2], ["a", "../b"], 'leaves its folder by ".."');
  await files.saveBatch([1, 2], ["a", "taken"], "memory", { overwrite: true });
  expect(await files.loadBatch(["taken", "a"], "memory")).toEqual([2, 1]);
  await expect(files.loadBatch(["a", "b"], "memory")).rejects.toMatchObject({ code: "not-found" });
});

test("a batch whose write fails midway takes back what it wrote", async () => {
  const memory = createMemoryBackend();
  const full: MemoryBackend = {
    ...memory,
    writeValue: (path, value, options) => {
      if (path === "c") throw new Error("disk full");
      memory.writeValue(path, value, options);
    },
  };
  await expect(createFileManager([full]).saveBatch([1, 2, 3], ["a", "b", "c"], "memory")).rejects.toThrow(
    "disk full",
  );
  expect([memory.has("a"), memory.has("b")]).toEqual([false, false]);
});

test("a batch whose write fails says why, even where what it wrote can't be taken back", async () => {
  const removed: string[] = [];
  const full: MemoryBackend = {
    ...createMemoryBackend(),
    writeValue: (path) => {
      if (path === "c") throw new Error("disk full");
    },
    remove: (path) => {
      removed.push(path);
      throw new Error("the disk is gone");
    },
  };
  await expect(createFileManager([full]).saveBatch([1, 2, 3], ["a", "b", "c"], "memory")).rejects.toThrow(
    "disk full",
  );
  expect(removed).toEqual(["a", "b"]);
});
