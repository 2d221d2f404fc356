import { readFileSync } from "node:fs";

/** The version of this package. */
export function ownVersion(): string {
  return versionIn(new URL("../package.json", import.meta.url));
}

/** The version that a package.json states. */
export function versionIn(manifest: URL | string): string {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version?: string };
  return version ?? "unknown";
}
