import { readdirSync } from "node:fs";
import { createHostArray, type StorageBackend } from "@platewright/core";
import { disk } from "@platewright/vfs-disk";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { writeZarrArray } from "../src/arrays/write-array.ts";

it("a write that fails has ended with all that it began, so that nothing is written any more afterwards, nor left", async () => {
  const folder = temporaryFolder();
  const storage = await disk().open(folder);
  let begun = 0;
  let ended = 0;
  const failing: StorageBackend = {
    ...storage,
    async write(...given) {
      begun += 1;
      const isFirst = begun === 1;
      await new Promise((resolve) => setTimeout(resolve, isFirst ? 5 : 60));
      await storage.write?.(...given);
      ended += 1;
      if (isFirst) throw new Error("no room on the disk");
    },
  };
  const array = createHostArray([20, 4, 4], "uint16");
  await expect(writeZarrArray(failing, "many", array, { compression: "none" }, 2)).rejects.toThrow(
    "no room on the disk",
  );
  expect(begun).toBeGreaterThan(1);
  expect(ended).toBe(begun);
  expect(readdirSync(folder)).toEqual([]);
});
