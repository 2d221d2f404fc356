import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Extracted, examplesOf, extractExamples, listReadmes } from "./support/examples.ts";
import { listPackages, requireBuilt, root } from "./support/workspace.ts";

const readmes = listReadmes();
const examples = readmes.filter((readme) => existsSync(join(root, readme))).flatMap(examplesOf);

test.each(readmes)("%s is there and shows an example", (readme) => {
  expect(existsSync(join(root, readme)), readme).toBe(true);
  expect(examplesOf(readme)).not.toEqual([]);
});

test("the examples that are not run are written down", async () => {
  const list = examples.filter((example) => !example.runs).map(({ name, code }) => `${name}\n${code}\n`);
  await expect(list.join("\n") || "None.\n").toMatchFileSnapshot("readme-not-run.txt");
});

// Against the built packages, in an empty folder, as a user runs them.
describe("the examples", () => {
  let extracted: Extracted;
  beforeAll(() => {
    requireBuilt(listPackages());
    extracted = extractExamples(examples);
  });

  test.each(examples)("$name has no type error", (example) => {
    expect(extracted.problems(example)).toEqual([]);
  });

  test.each(examples.filter((example) => example.runs))(
    "$name runs",
    (example) => {
      const cwd = mkdtempSync(join(tmpdir(), "platewright-example-"));
      const result = spawnSync(process.execPath, [extracted.script(example)], {
        cwd,
        encoding: "utf8",
        timeout: 60_000,
      });
      rmSync(cwd, { recursive: true, force: true });
      expect({ status: result.status, stderr: result.stderr }).toEqual({ status: 0, stderr: "" });
    },
    70_000,
  );
});
