import { createPlatewright, type Plugin } from "@platewright/core";
import { expect, test } from "vitest";
import { gridBackend } from "./support/grid.ts";
import { putPlate } from "./support/plate.ts";
import { createFakeDisk } from "./support/storage.ts";

test("an installation knows just what it was given", () => {
  const disk = createFakeDisk();
  const pw = createPlatewright(disk.provider, gridBackend(), putPlate(disk));
  expect(pw.memory.names).toEqual(["host", "grid"]);
  expect([...pw.storages.keys()]).toEqual(["disk"]);
  expect(pw.layouts.map(({ name }) => name)).toEqual(["test"]);
  expect(createPlatewright().memory.names).toEqual(["host"]);
  expect(Object.isFrozen(pw)).toBe(true);
});

test("two plugins of one kind and name are refused", () => {
  const disk = createFakeDisk();
  const layout = putPlate(disk);
  expect(() => createPlatewright(disk.provider, disk.provider)).toThrow(
    'Two plugins give the storage "disk".',
  );
  expect(() => createPlatewright(layout, layout)).toThrow('Two plugins give the plate layout "test".');
  expect(() => createPlatewright(gridBackend(), gridBackend())).toThrow(
    'Two plugins give the memory type "grid".',
  );
});

test.each([
  [gridBackend, "The function gridBackend is no plugin. Call its factory, as in createPlatewright(disk())."],
  [undefined, "A value of type undefined is no plugin."],
  [{ kind: "step" }, "A value of type object is no plugin."],
])("what is no plugin is refused: %o", (value, message) => {
  expect(() => createPlatewright(value as unknown as Plugin)).toThrow(message);
});
