import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** The fields of a package.json that the tests look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package under packages/. */
export interface Package {
  readonly folder: string;
  readonly path: string;
  readonly manifest: Manifest;
}

/** A module that a package publishes: `@platewright/core/testing`, and the source and built file behind it. */
export interface Entry {
  readonly specifier: string;
  readonly source: string;
  readonly built: string;
}

/** Every package under packages/, in the order of the alphabet. */
export function listPackages(): readonly Package[] {
  return readdirSync(join(root, "packages"))
    .filter((folder) => existsSync(join(root, "packages", folder, "package.json")))
    .sort()
    .map((folder) => {
      const path = join(root, "packages", folder);
      return {
        folder,
        path,
        manifest: JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Manifest,
      };
    });
}

/** The modules a package publishes, without its package.json. */
export function entriesOf({ path, manifest }: Package): readonly Entry[] {
  return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") return [];
    const source = target["@platewright/source"];
    const built = target.default;
    if (source === undefined || built === undefined)
      throw new Error(`${manifest.name}: the export "${subpath}" lacks "@platewright/source" or "default".`);
    return [
      {
        specifier: join(manifest.name, subpath).replaceAll(sep, "/"),
        source: join(path, source),
        built: join(path, built),
      },
    ];
  });
}

/** Throws unless the built files of these packages are there. */
export function requireBuilt(packages: readonly Package[]): void {
  const missing = packages.flatMap(entriesOf).filter((entry) => !existsSync(entry.built));
  if (missing.length === 0) return;
  throw new Error(
    `Not built: ${missing.map((entry) => entry.specifier).join(", ")}. Run npm run build first.`,
  );
}

/** Every file below a folder of the repository whose name passes; paths from the root, with forward slashes. */
export function listFiles(folder: string, accept: (path: string) => boolean): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile())
    .map((item) => relative(root, join(item.parentPath, item.name)).replaceAll(sep, "/"))
    .filter((path) => !/(^|\/)(node_modules|dist|\.turbo)\//.test(path) && accept(path))
    .sort();
}

/** The text of a file of the repository. */
export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
