// node zarr.mjs <folder> <folder on a disk> <repeats>: writes and reads the arrays, and reads those that Python wrote.
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zarr } from "@platewright/vfs-zarr";
import { noisyPlanes } from "../lib/noisy-planes.mjs";
import { median } from "../lib/run-child.mjs";

const [folder, onDisk, repeats] = process.argv.slice(2);
const array = noisyPlanes();
const pixels = Buffer.from(array.data.buffer);
writeFileSync(join(folder, "planes.raw"), pixels);
// As a run reads: into memory that was used before. NumPy's comes back from its allocator, too.
const target = new Uint16Array(array.data.length);
const into = () => target;
const times = {};
const bytes = {};
let agree = true;

for (const codec of ["none", "blosc-lz4", "zstd"]) {
  const [written, read] = [[], []];
  for (let i = 0; i < Number(repeats); i++) {
    rmSync(join(folder, `ours-${codec}`), { recursive: true, force: true });
    written.push(await measure(() => write(folder, codec)));
    read.push(
      await measure(async () => {
        const storage = await zarr().open(folder, { readOnly: true });
        const { data } = await storage.readArray(`ours-${codec}`, { into });
        return () => {
          agree &&= Buffer.compare(Buffer.from(data.buffer), pixels) === 0;
        };
      }),
    );
  }
  for (const name of codec === "none" ? [codec, "none, both with checksums"] : [codec]) {
    times[`write ${name}`] = median(written);
    times[`read ${name}`] = median(read);
  }
  bytes[codec] = chunkBytes(join(folder, `ours-${codec}`));
  const others = `theirs-${codec}`;
  if (!existsSync(join(folder, others))) continue;
  const { data } = await (await zarr().open(folder, { readOnly: true })).readArray(others);
  agree &&= Buffer.compare(Buffer.from(data.buffer), pixels) === 0;
}
const synced = [];
for (let i = 0; i < Number(repeats); i++) {
  rmSync(join(onDisk, "ours-none"), { recursive: true, force: true });
  synced.push(await measure(() => write(onDisk, "none")));
}
times["write none to disk, synced"] = median(synced);
console.log(JSON.stringify({ times, bytes, agree }));

async function write(place, codec) {
  const storage = await zarr().open(place);
  await storage.writeArray(`ours-${codec}`, array, { compression: codec });
}

/** Milliseconds of an act; what it answers is done after them. */
async function measure(act) {
  const started = performance.now();
  const after = await act();
  const ms = performance.now() - started;
  after?.();
  return ms;
}

function chunkBytes(array) {
  const chunks = readdirSync(array).filter((name) => /^\d/.test(name));
  return chunks.reduce((sum, name) => sum + statSync(join(array, name)).size, 0);
}
