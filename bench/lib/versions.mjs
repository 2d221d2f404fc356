// What was measured on what.
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

export function ownVersions() {
  const core = fileURLToPath(new URL("../../packages/core/package.json", import.meta.url));
  return {
    platewright: JSON.parse(readFileSync(core, "utf8")).version,
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? "unknown",
  };
}
