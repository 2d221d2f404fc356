// Overwrites one file without end: 300,000 bytes, all equal, one more each time.
import { disk } from "../../src/index.ts";

const [folder = ""] = process.argv.slice(2);
const storage = await disk().open(folder);
for (let round = 1; ; round = (round % 255) + 1) {
  await storage.write?.("deep/whole.bin", new Uint8Array(300_000).fill(round), { overwrite: true });
  if (round === 1) process.stdout.write("ready\n");
}
