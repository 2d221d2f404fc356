import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { expect, it } from "vitest";
import { temporaryFolder } from "./folder.ts";

it("shows an example that runs", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  // Beside the sources, so that the packages are found.
  const place = mkdtempSync(fileURLToPath(new URL("./readme-", import.meta.url)));
  const folder = temporaryFolder();
  try {
    writeFileSync(join(place, "example.mjs"), example);
    await build({
      entry: [join(place, "example.mjs")],
      outDir: folder,
      format: "esm",
      outExtension: () => ({ js: ".mjs" }),
      platform: "node",
      noExternal: [/.*/],
      config: false,
      silent: true,
      esbuildOptions(options) {
        options.conditions = ["@platewright/source"];
      },
    });
  } finally {
    execFileSync("rm", ["-r", place]);
  }
  const printed = execFileSync(process.execPath, [join(folder, "example.mjs")], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(printed).toBe("[ 'B02' ] B/2/0/0 [ 0, 0, 0 ] [ 512, 512 ]\n");
});
