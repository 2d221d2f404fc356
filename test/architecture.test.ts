import { builtinModules } from "node:module";
import { describe, expect, test } from "vitest";
import { type Import, importsOf, sentenceOf } from "./support/imports.ts";
import { entriesOf, listFiles, listPackages, type Manifest, readText } from "./support/workspace.ts";

const packages = listPackages();
const ofRepository = (JSON.parse(readText("package.json")) as Manifest).devDependencies;
const isSource = (path: string): boolean => /\.(ts|mts|tsx)$/.test(path);

describe("the rooms of core", () => {
  // From the top down; an import only ever points further down, or stays in its own room.
  const rooms = [
    "index.ts",
    "testing",
    "registry.ts",
    "run",
    "compile",
    "pipeline",
    "config",
    "plate",
    "vfs",
    "memory",
    "plain-data.ts",
    "errors.ts",
  ];
  const roomOf = (path: string): string => path.slice("packages/core/src/".length).split("/")[0] ?? "";
  const files = listFiles("packages/core/src", isSource);

  test("every file stands in a room", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !rooms.includes(roomOf(file)))).toEqual([]);
  });

  test("no import points upwards", () => {
    const pointsUp = ({ file, target }: Import): boolean =>
      target !== undefined && rooms.indexOf(roomOf(target)) < rooms.indexOf(roomOf(file));
    expect(files.flatMap(importsOf).filter(pointsUp).map(sentenceOf)).toEqual([]);
  });
});

describe.each(packages)("$manifest.name", (pkg) => {
  const sources = listFiles(`packages/${pkg.folder}/src`, isSource).flatMap(importsOf);
  const tests = listFiles(`packages/${pkg.folder}/test`, isSource).flatMap(importsOf);

  test("reaches other packages by their public entries only", () => {
    const published = new Set(packages.flatMap(entriesOf).map((entry) => entry.specifier));
    const own = `packages/${pkg.folder}/`;
    const isForeign = ({ specifier, target }: Import): boolean =>
      target === undefined
        ? specifier.startsWith("@platewright/") && !published.has(specifier)
        : !target.startsWith(own);
    // What the tests of several packages need lies with those of the repository.
    const isShared = ({ target }: Import): boolean => target?.startsWith("test/support/") ?? false;
    const foreign = [...sources, ...tests.filter((found) => !isShared(found))].filter(isForeign);
    expect(foreign.map(sentenceOf)).toEqual([]);
  });

  test("declares the packages it imports", () => {
    const { name, dependencies, peerDependencies, devDependencies } = pkg.manifest;
    const isUndeclared = (declared: object) => (found: Import) =>
      found.target === undefined && !isBuiltin(found.specifier) && !(packageOf(found.specifier) in declared);
    const shipped = { [name]: "", ...dependencies, ...peerDependencies };
    const atHand = { ...shipped, ...devDependencies, ...ofRepository };
    expect(sources.filter(isUndeclared(shipped)).map(sentenceOf)).toEqual([]);
    expect(tests.filter(isUndeclared(atHand)).map(sentenceOf)).toEqual([]);
  });
});

test.each(packages.filter((pkg) => !["vfs-disk", "vfs-zarr", "cli"].includes(pkg.folder)))(
  "$manifest.name runs in a browser: it imports none of Node's modules",
  ({ folder }) => {
    const imports = listFiles(`packages/${folder}/src`, isSource).flatMap(importsOf);
    expect(imports.filter(({ specifier }) => isBuiltin(specifier)).map(sentenceOf)).toEqual([]);
  },
);

test("core and kernels depend on nothing", () => {
  for (const name of ["@platewright/core", "@platewright/kernels"]) {
    const manifest = packages.find((pkg) => pkg.manifest.name === name)?.manifest;
    expect({ ...manifest?.dependencies, ...manifest?.peerDependencies }).toEqual({});
  }
});

test("no file is longer than 400 lines", () => {
  const isCode = (path: string): boolean => /\.(ts|mts|tsx|mjs|js)$/.test(path) && !path.endsWith(".wasm.ts");
  const files = ["packages", "scripts", "test", "examples", "bench"].flatMap((folder) =>
    listFiles(folder, isCode),
  );
  const lengths = files.map((file) => ({ file, lines: readText(file).split("\n").length - 1 }));
  expect(lengths.filter(({ lines }) => lines > 400)).toEqual([]);
});

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
