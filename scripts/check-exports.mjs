// npm run check:exports: packs every package as it would be published, and holds it against publint and attw
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "./ensure-built.mjs";
import { listPackages, packInto } from "./setup/packages.mjs";
import { inRoot } from "./setup/root.mjs";
import { capture } from "./setup/run.mjs";

const folder = mkdtempSync(join(tmpdir(), "platewright-exports-"));
for (const { path, manifest } of listPackages()) {
  const tarball = packInto(folder, path);
  const checks = {
    publint: capture(process.execPath, [
      inRoot("node_modules/publint/src/cli.js"),
      "run",
      tarball,
      "--strict",
    ]),
    attw: capture(process.execPath, [
      inRoot("node_modules/@arethetypeswrong/cli/dist/index.js"),
      tarball,
      "--profile=esm-only",
      "--format=ascii",
      "--no-emoji",
    ]),
  };
  const words = Object.entries(checks).map(([name, { ok }]) => `${name} ${ok ? "ok" : "FAILED"}`);
  console.log(`${manifest.name}: ${words.join(", ")}`);
  for (const { ok, output } of Object.values(checks)) {
    if (ok) continue;
    console.log(output.trim());
    process.exitCode = 1;
  }
}
rmSync(folder, { recursive: true, force: true });
