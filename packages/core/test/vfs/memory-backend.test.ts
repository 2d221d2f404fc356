import { createMemoryBackend } from "@platewright/core";
import { expect, test } from "vitest";

test("a value is kept as it is, not copied", async () => {
  const memory = createMemoryBackend();
  const array = { on: "a device" };
  memory.writeValue("a/b", array);
  expect(memory.readValue("a/b")).toBe(array);
  expect([await memory.has("a/b"), await memory.has("a/c")]).toEqual([true, false]);
  memory.remove("a/b");
  expect(() => memory.readValue("a/b")).toThrow('Nothing is kept in memory under "a/b".');
});

test("what is there is replaced on purpose only", () => {
  const memory = createMemoryBackend();
  memory.writeValue("a", 1);
  expect(() => memory.writeValue("a", 2)).toThrow("Set overwrite: true to replace it.");
  expect(memory.readValue("a")).toBe(1);
  memory.writeValue("a", undefined, { overwrite: true });
  expect(memory.readValue("a")).toBeUndefined();
});

test("a folder is listed by name, folders within it once, or all files below it", async () => {
  const memory = createMemoryBackend();
  for (const path of ["x", "b/z", "b/c/e", "b/c/d", "bc"]) memory.writeValue(path, 0);
  const list = async (folder: string, recursive = false) => {
    const found: string[] = [];
    for await (const { path, kind } of memory.list(folder, { recursive })) found.push(`${kind} ${path}`);
    return found;
  };
  expect(await list("")).toEqual(["folder b", "file bc", "file x"]);
  expect(await list("b")).toEqual(["folder b/c", "file b/z"]);
  expect(await list("b", true)).toEqual(["file b/c/d", "file b/c/e", "file b/z"]);
  expect(await list("nowhere")).toEqual([]);
});

test("a path that leaves the root is refused by every call", () => {
  const memory = createMemoryBackend();
  expect(() => memory.has("../a")).toThrow('leaves its folder by ".."');
  expect(() => memory.writeValue("/a", 1)).toThrow("is absolute");
  expect(() => memory.readValue("a\0")).toThrow("NUL");
  expect(() => memory.remove("C:/a")).toThrow("drive letter");
  expect(() => memory.list("../..")).toThrow('leaves its folder by ".."');
});
