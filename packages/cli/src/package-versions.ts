import { createRequire } from "node:module";
import { ownVersion, versionIn } from "./version.ts";

const packages = [
  "core",
  "backend-ndarray",
  "backend-tfjs",
  "backend-webgpu",
  "functions",
  "kernels",
  "microscopes",
  "vfs-disk",
  "vfs-zarr",
] as const;

/** The version of Node and of each package this program runs with, by name. */
export function packageVersions(): Readonly<Record<string, string>> {
  const { resolve } = createRequire(import.meta.url);
  return {
    node: process.versions.node,
    "@platewright/cli": ownVersion(),
    ...Object.fromEntries(
      packages.map((name) => [
        `@platewright/${name}`,
        versionIn(resolve(`@platewright/${name}/package.json`)),
      ]),
    ),
  };
}
