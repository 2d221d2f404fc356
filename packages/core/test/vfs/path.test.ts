import { posix, win32 } from "node:path";
import { baseName, checkFolder, checkPath, joinPath } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";

test.each([
  ["", "is empty"],
  ["a\0b", "holds a NUL character"],
  ["/etc/passwd", "is absolute"],
  ["\\\\server\\share", "is absolute"],
  ["C:/plate", "begins with a drive letter"],
  ["c:plate", "begins with a drive letter"],
  ["a\\..\\b", "holds a backslash"],
  ["..", 'leaves its folder by ".."'],
  ["a/../../b", 'leaves its folder by ".."'],
  ["./a", "holds an empty name"],
  ["a//b", "holds an empty name"],
  ["a/", "holds an empty name"],
])("the path %j is refused: it %s", (path, fault) => {
  expect(() => checkPath(path)).toThrow(
    `The path ${JSON.stringify(path)} ${fault}. Give names joined by "/", relative to the storage's root.`,
  );
});

test.each(["a", "images/A01.tif", "a..b/c...", "Ä ö/µ", ".hidden"])("the path %j is allowed", (path) => {
  expect(checkPath(path)).toBe(path);
});

test("the root is a folder, but no path", () => {
  expect(checkFolder("")).toBe("");
  expect(() => checkFolder("..")).toThrow();
  expect([joinPath("", "a", "", "b"), baseName("a/b.tif"), baseName("b.tif")]).toEqual([
    "a/b",
    "b.tif",
    "b.tif",
  ]);
});

// Whatever is let through is resolved as the two kinds of systems would.
test("property: no path that is allowed leaves its root", () => {
  const part = fc.constantFrom("..", ".", "/", "\\", "a", "b", "C:", "\0", " ", "//", "~", "...");
  const texts = fc.oneof(
    fc.array(part, { maxLength: 7 }).map((parts) => parts.join("")),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (path) => {
      try {
        checkPath(path);
      } catch {
        return;
      }
      expect(posix.resolve("/root/plate", path).startsWith("/root/plate/")).toBe(true);
      expect(win32.resolve("C:\\root\\plate", path).startsWith("C:\\root\\plate\\")).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
