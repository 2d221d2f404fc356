// Compiles assembly/ and writes the binary as base64 into src/codecs/blosc.wasm.ts, or to the path given.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = process.argv[2] ?? join(root, "src/codecs/blosc.wasm.ts");
const work = mkdtempSync(join(tmpdir(), "blosc-wasm-"));
try {
  const binary = join(work, "blosc.wasm");
  const flags = ["--runtime", "stub", "-O3", "--noAssert"];
  const { error, stderr } = await asc.main(
    [
      "assembly/index.ts",
      "--baseDir",
      root,
      "-o",
      binary,
      "--enable",
      "simd",
      "--enable",
      "bulk-memory",
      ...flags,
    ],
    {},
  );
  if (error) throw new Error(`assembly/ does not compile:\n${stderr.toString()}`, { cause: error });
  const bytes = readFileSync(binary);
  const lines = bytes.toString("base64").match(/.{1,108}/g) ?? [];
  writeFileSync(
    target,
    `// Made by scripts/build-wasm.mjs from assembly/; do not edit. ${bytes.length} bytes.\n` +
      `/** The WebAssembly module of the codec blosc, in base64. */\n` +
      `export const BLOSC_WASM: string =\n${lines.map((line) => `  "${line}"`).join(" +\n")};\n`,
  );
  console.log(`${target}: ${bytes.length} bytes`);
} finally {
  rmSync(work, { recursive: true });
}
