import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("the committed WebAssembly is what assembly/ compiles to, byte for byte", () => {
  const directory = mkdtempSync(join(tmpdir(), "kernels-rebuild-"));
  try {
    const rebuilt = join(directory, "kernels.wasm.ts");
    const script = fileURLToPath(new URL("../scripts/build-wasm.mjs", import.meta.url));
    execFileSync(process.execPath, [script, rebuilt]);
    const committed = readFileSync(new URL("../src/wasm/kernels.wasm.ts", import.meta.url), "utf8");
    expect(readFileSync(rebuilt, "utf8")).toBe(committed);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
