import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inRoot } from "./root.mjs";
import { capture } from "./run.mjs";

/** Every package under packages/: its folder's name, its path and its package.json. */
export function listPackages() {
  return readdirSync(inRoot("packages"))
    .filter((folder) => existsSync(inRoot("packages", folder, "package.json")))
    .sort()
    .map((folder) => {
      const path = inRoot("packages", folder);
      return { folder, path, manifest: JSON.parse(readFileSync(`${path}/package.json`, "utf8")) };
    });
}

/** Packs a built package into a folder and gives the tarball's path. */
export function packInto(folder, packagePath) {
  const packed = capture("npm", ["pack", "--json", "--loglevel=error", "--pack-destination", folder], {
    cwd: packagePath,
    shell: process.platform === "win32",
  });
  if (!packed.ok) throw new Error(`npm pack failed in ${packagePath}:\n${packed.output}`);
  const file = packed.output.match(/"filename":\s*"([^"]+)"/)?.[1];
  if (file === undefined) throw new Error(`npm pack named no file in ${packagePath}:\n${packed.output}`);
  return `${folder}/${file.replace("@", "").replace("/", "-")}`;
}
