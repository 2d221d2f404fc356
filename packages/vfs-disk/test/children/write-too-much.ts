// Writes small files, then one that finds no room, and prints what happened as JSON.
import { readdirSync } from "node:fs";
import { createHostArray } from "@platewright/core";
import { disk } from "../../src/index.ts";

const [folder = ""] = process.argv.slice(2);
const storage = await disk().open(folder);
await storage.write?.("images/x.tif", new Uint8Array([1, 2, 3]));
const errors: unknown[] = [];
const big = createHostArray([1024, 1024], "uint16");
for (const path of ["images/x.tif", "images/y.tif"]) {
  try {
    await storage.writeArray?.(path, big, { overwrite: true });
  } catch (error) {
    errors.push({ code: (error as { code?: string }).code, message: (error as Error).message });
  }
}
const old = [...((await storage.read?.("images/x.tif")) ?? [])];
await storage.write?.("images/small.bin", new Uint8Array(10));
console.log(JSON.stringify({ errors, old, names: readdirSync(`${folder}/images`).sort() }));
