import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What a package.json states, as far as it is read here. */
interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The version of this package. */
export function ownVersion(): string {
  return versionIn(ownManifest());
}

/** The version of Node and of each package of ours that this program runs with, by name. */
export function packageVersions(): Readonly<Record<string, string>> {
  const { resolve } = createRequire(import.meta.url);
  const own = ownManifest();
  const others = Object.keys(own.dependencies ?? {}).filter((name) => name.startsWith("@platewright/"));
  return {
    node: process.versions.node,
    "@platewright/cli": versionIn(own),
    ...Object.fromEntries(
      others.map((name) => [name, versionIn(manifestAt(resolve(`${name}/package.json`)))]),
    ),
  };
}

function versionIn({ version = "unknown" }: Manifest): string {
  return version;
}

function ownManifest(): Manifest {
  return manifestAt(new URL("../package.json", import.meta.url));
}

function manifestAt(place: URL | string): Manifest {
  return JSON.parse(readFileSync(place, "utf8")) as Manifest;
}
