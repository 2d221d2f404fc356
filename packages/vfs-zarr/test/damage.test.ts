import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isPlatewrightError } from "@platewright/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { zarr } from "../src/index.ts";
import { filesIn } from "./files.ts";
import { compareImages, declareIn, openAsPlate, smallPlate, writeWells } from "./plates.ts";

// Set it to 10000 for a thorough look.
const damages = Number(process.env.PLATEWRIGHT_DAMAGES ?? 500);
const shape = [90, 70] as const;

describe.each([
  ["0.4", "none"],
  ["0.4", "blosc-lz4"],
  ["0.5", "zstd"],
  ["0.5", "none"],
] as const)("in a plate of OME-Zarr %s, stored as %s,", (version, codec) => {
  it("every changed byte and every cut is found, and named", async () => {
    const folder = temporaryFolder();
    const store = await declareIn(folder, { ...smallPlate, version, codec, wells: ["A01"], sites: ["1"] });
    await writeWells(store, ["A01"], shape);
    await store.finish();
    const files = [...filesIn(folder)];
    const total = files.reduce((sum, [, { length }]) => sum + length, 0);
    const storage = await zarr().open(folder);
    expect((await storage.verify()).damages).toEqual([]);
    const missed: string[] = [];
    for (let round = 0; round < damages / 4; round += 1) {
      // Half of the damages anywhere, half in documents, which are small.
      const small = files.filter(([name]) => /json|\.z/.test(name));
      const chosen = round % 2 === 0 ? pick(small, round / damages) : pick(files, Math.random());
      const at = Math.floor(Math.random() * chosen[1].length);
      const [name, bytes] = chosen;
      const path = join(folder, name);
      if (round % 5 === 4) {
        truncateSync(path, at);
      } else {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
        writeFileSync(path, changed);
      }
      const found = await storage.verify();
      const says = found.damages.some((sentence) => sentence.startsWith(`"${name}"`));
      if (!says) missed.push(`${name} at ${at}: ${found.damages.join(" ")}`);
      if (round % 20 === 0) await expectRefusedOrWhole(folder);
      writeFileSync(path, bytes);
    }
    expect(missed).toEqual([]);
    expect(total).toBeGreaterThan(1000);
  }, 600_000);
});

/** Reading gives an error of ours, or pixels that are all as they were written: the damage lies where nothing was read. */
async function expectRefusedOrWhole(folder: string): Promise<void> {
  try {
    expect(await compareImages(await openAsPlate(folder), shape)).toBe(4);
  } catch (error) {
    expect(isPlatewrightError(error)).toBe(true);
  }
}

function pick<T>(list: readonly T[], part: number): T {
  const chosen = list[Math.floor(part * list.length) % list.length];
  if (chosen === undefined) throw new Error("There is nothing to choose from.");
  return chosen;
}

it("a lost file is found, and a lost chunk is never zeros", async () => {
  const folder = temporaryFolder();
  const store = await declareIn(folder, { ...smallPlate, wells: ["A01"], sites: ["1"] });
  await writeWells(store, ["A01"], shape);
  await store.finish();
  for (const [name, bytes] of filesIn(folder)) {
    if (name === ".checksums.json") continue;
    rmSync(join(folder, name));
    const storage = await zarr().open(folder, { readOnly: true });
    expect((await storage.verify()).damages.join(" ")).toContain(`"${name}" is missing`);
    const [array, plane] = [name.split("/").slice(0, 4).join("/"), name.split("/").slice(4, 7).map(Number)];
    if (/^A\/1\/0\/0\/\d/.test(name))
      await expect(storage.readArray(array, { plane })).rejects.toThrow("is missing, though it was written");
    writeFileSync(join(folder, name), bytes);
  }
});

it("files of one well under another's name are found", async () => {
  const folder = temporaryFolder();
  const store = await declareIn(folder, { ...smallPlate, wells: ["A01", "A02"], sites: ["1"] });
  await writeWells(store, ["A01", "A02"], shape);
  await store.finish();
  writeFileSync(join(folder, "A/1/0/0/0/0/0/0/0"), readFileSync(join(folder, "A/2/0/0/0/0/0/0/0")));
  const plate = await openAsPlate(folder);
  await expect(plate.backend.readArray?.("A/1/0/0", { plane: [0, 0, 0] })).rejects.toMatchObject({
    code: "format",
  });
});

it.each([
  [2, "none"],
  [2, "blosc-lz4"],
  [2, "zstd"],
  [3, "none"],
] as const)(
  "an array on Zarr v%s, stored as %s, is refused where any of its files changed",
  async (format, codec) => {
    const folder = temporaryFolder();
    const writer = await zarr({ format }).open(folder);
    const data = Uint16Array.from({ length: 3 * 40 * 50 }, (_, i) => (i * 7919) % 4096);
    const array = { shape: [3, 40, 50], dtype: "uint16", data } as const;
    await writer.writeArray?.("a", array, { compression: codec, pixelSize: { x: 0.5, y: 0.5 } });
    const files = [...filesIn(folder)].filter(([name]) => name !== "a/.checksums.json");
    expect(await writer.verify("a")).toEqual({ files: files.length, damages: [] });
    for (const [name, bytes] of files) {
      const changed = Buffer.from(bytes);
      const at = Math.floor(changed.length / 2);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(join(folder, name), changed);
      const storage = await zarr().open(folder, { readOnly: true });
      await expect(storage.readArray("a")).rejects.toThrow(`"${name}" does not fit its checksum`);
      writeFileSync(join(folder, name), bytes);
    }
  },
);
