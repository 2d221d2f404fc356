import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import type * as content from "../src/files/content.ts";
import { writeWhole } from "../src/files/write-whole.ts";

/** A disk that takes at most five bytes a call, and knows no second names for a file. */
vi.mock("../src/files/content.ts", async (importOriginal) => {
  const original = await importOriginal<typeof content>();
  return {
    ...original,
    writeSome: async (
      descriptor: number,
      pieces: readonly Uint8Array[],
      ...rest: [position: number, orHere?: boolean]
    ) => original.writeSome(descriptor, [Buffer.concat(pieces).subarray(0, 5)], ...rest),
  };
});
vi.mock("node:fs", async (importOriginal) => ({
  ...(await importOriginal<typeof import("node:fs")>()),
  linkSync: () => {
    // Another writer comes first, after this one has looked.
    if (rival !== undefined) writeFileSync(rival, "rival");
    throw Object.assign(new Error("operation not permitted"), { code: "EPERM" });
  },
}));
let rival: string | undefined;

it("a disk that takes few bytes at a time gets all of them, in their places", async () => {
  const target = join(temporaryFolder(), "a.bin");
  const pieces = [7, 0, 2, 1, 12].map((length, piece) =>
    Uint8Array.from({ length }, (_, i) => 20 * piece + i),
  );
  await writeWhole(target, pieces, {});
  expect([...readFileSync(target)]).toEqual(pieces.flatMap((piece) => [...piece]));
  const made = async function* () {
    yield* pieces;
  };
  await writeWhole(target, made(), { overwrite: true });
  expect([...readFileSync(target)]).toEqual(pieces.flatMap((piece) => [...piece]));
});

it("a disk without second names for files keeps what another one wrote first", async () => {
  const folder = temporaryFolder();
  rival = join(folder, "a.bin");
  await expect(writeWhole(rival, [Uint8Array.of(1)], {})).rejects.toMatchObject({ code: "EEXIST" });
  expect(readFileSync(rival, "utf8")).toBe("rival");
  expect(readdirSync(folder)).toEqual(["a.bin"]);
});
