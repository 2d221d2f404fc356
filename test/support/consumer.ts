import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entriesOf, type Package, requireBuilt, root } from "./workspace.ts";

/** A command's exit code and everything it printed. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** What a project takes for granted: `lib` and `types` of its tsconfig. */
export interface Libraries {
  readonly lib: readonly string[];
  readonly types: readonly string[];
}

/** A user's project outside the repository that has the packed packages installed. */
export interface Consumer {
  readonly folder: string;
  write(file: string, text: string): void;
  node(...args: readonly string[]): Outcome;
  /**
   * Checks one of its files strictly, the declaration files of the packages too; those of the libraries are their own
   * affair. `compiler`: ours (default), or the oldest that the packages' types are for.
   */
  check(file: string, libraries: Libraries, compiler?: "ours" | "oldest"): Outcome;
}

/** The oldest TypeScript that the packages' types are for, as their README says. */
export const oldestTypeScript = "5.4";

/**
 * Packs the packages as they would be published and installs the tarballs into a new folder. What they depend on comes
 * from npm's cache where it is there, else from the registry.
 */
export function installPacked(packages: readonly Package[]): Consumer {
  requireBuilt(packages);
  const folder = mkdtempSync(join(tmpdir(), "platewright-consumer-"));
  const tarballs = packages.map((pkg) => pack(pkg, folder));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module" }),
  );
  npm(
    folder,
    "install",
    ...tarballs,
    ...librariesOf(packages),
    `typescript@~${oldestTypeScript}.0`,
    "--prefer-offline",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
  );
  return {
    folder,
    write: (file, text) => writeFileSync(join(folder, file), text),
    node: (...args) => run(folder, args),
    check(file, libraries, compiler = "ours") {
      const config = { compilerOptions: { ...strictly, ...libraries }, files: [file] };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
      const home = compiler === "ours" ? root : folder;
      const checked = run(folder, [join(home, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"]);
      const output = ownProblems(checked.output);
      return { status: output === "" ? 0 : checked.status, output };
    },
  };
}

/** The module names of all packages, one import each: `import * as m0 from "@platewright/core";`. */
export function importAll(packages: readonly Package[]): string {
  return packages
    .flatMap(entriesOf)
    .map(({ specifier }, index) => `import * as m${index} from "${specifier}";\nvoid m${index};\n`)
    .join("");
}

const strictly = {
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  target: "es2022",
  module: "nodenext",
  typeRoots: [join(root, "node_modules", "@types")],
};

/** The libraries that packages adapt and leave to their users; Dawn is large, and is only looked for when a device is. */
function librariesOf(packages: readonly Package[]): readonly string[] {
  const peers = packages.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
  const libraries = peers.filter(([name]) => !name.startsWith("@platewright/") && name !== "webgpu");
  return [...new Set(libraries.map(([name, range]) => `${name}@${range}`))];
}

/** What the compiler says of the packages and of the file itself; a line that is indented belongs to the one before. */
function ownProblems(output: string): string {
  const problems = output.split(/\n(?=\S)/);
  const isForeign = (problem: string): boolean => /^[^(]*node_modules\/(?!@platewright\/)/.test(problem);
  return problems
    .filter((problem) => !isForeign(problem))
    .join("\n")
    .trim();
}

function pack({ path, manifest }: Package, folder: string): string {
  npm(path, "pack", "--pack-destination", folder);
  return join(folder, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
}

function npm(cwd: string, ...args: readonly string[]): void {
  const shell = process.platform === "win32";
  execFileSync("npm", [...args, "--loglevel=error"], { cwd, shell, encoding: "utf8", stdio: "pipe" });
}

function run(cwd: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}
