import { expect, test } from "vitest";
import { storageError } from "../src/files/storage-error.ts";

const thrown = (code: string, path?: string): Error => Object.assign(new Error(code), { code, path });

test.each([
  [
    "EACCES",
    "Not allowed to write run.json (/data/results). Ask for the right to the folder, or choose another.",
  ],
  [
    "EROFS",
    "The disk that holds run.json (/data/results) can only be read. Choose a folder on another disk.",
  ],
])("%s names the place that refused", (code, sentence) => {
  expect(storageError("write", "run.json", thrown(code, "/data/results"))).toMatchObject({
    code: "storage",
    message: sentence,
  });
});

test("without a place the name stands alone", () => {
  expect(storageError("list", "", thrown("EPERM"))).toMatchObject({
    message: "Not allowed to list the storage's root. Ask for the right to the folder, or choose another.",
  });
});
