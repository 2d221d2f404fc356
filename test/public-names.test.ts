import { expect, test } from "vitest";
import { loadModules, publicNames } from "./support/public-names.ts";
import { entriesOf, listPackages } from "./support/workspace.ts";

const packages = listPackages();
const program = loadModules(packages.flatMap(entriesOf));

// A name that appears here, or leaves, is a change users see: `npm test -- test/public-names -u`, and a changeset.
test.each(packages)("$manifest.name publishes the names that are written down", async (pkg) => {
  const entries = entriesOf(pkg).map((entry) => ({ ...entry, names: publicNames(program, entry) }));
  for (const { specifier, names } of entries) expect(names, specifier).not.toEqual([]);
  const text = entries.map(({ specifier, names }) => `${[specifier, ...names].join("\n  ")}\n`).join("\n");
  await expect(text).toMatchFileSnapshot(`public-names/${pkg.folder}.txt`);
});
