import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { entriesOf, listPackages } from "../../../test/support/workspace.ts";
import { platewright } from "./support/command.ts";
import { filesIn } from "./support/files.ts";
import { countingPipeline, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

async function tinyPlate(): Promise<string> {
  const folder = temporaryFolder();
  await makePlate(folder, { wells: ["A01"], planes: 2 });
  return folder;
}

test("a pipeline may import every module that the packages publish, wherever it lies", async () => {
  const modules = listPackages()
    .flatMap(entriesOf)
    .map(({ specifier }) => specifier)
    .filter((specifier) => specifier !== "@platewright/core/testing");
  expect(modules).toContain("@platewright/functions/families");
  const imports = modules.map((specifier) => `import ${JSON.stringify(specifier)};`).join("\n");
  const path = writeModule(temporaryFolder(), "all.ts", `${imports}\n${countingPipeline}`);
  expect(await platewright(["compile", path, await tinyPlate()])).toMatchObject({ code: 0 });
});

describe("a pipeline's file that can't be loaded is told in one sentence, exit code 2", () => {
  test.each([
    [
      "syntax.ts",
      "export default 1;\nconst a = ;\n",
      /has a syntax error in line 2, column 11: Unexpected token\./,
    ],
    ["missing.ts", 'import "./nowhere.ts";', /imports "\.\/nowhere\.ts", which is not there\./],
    [
      "package.ts",
      'import "no-such-package-here";',
      /imports "no-such-package-here", which is not there\. Install it/,
    ],
    ["throws.ts", 'throw new Error("out of coffee");', /fails while it is loaded: out of coffee/],
    [
      "number.ts",
      "export default 7;",
      /exports no pipeline but a value of type number\. Write export default/,
    ],
    ["nothing.ts", "export const a = 1;", /exports no pipeline but an object that is none/],
    [
      "more.ts",
      "export default { pipeline: 1, plugin: [] };",
      /has "plugin"\. It may have pipeline, plugins and config/,
    ],
    ["text.txt", "hello", /is no module: its ending is none of \.ts/],
  ])("%s", async (name, text, sentence) => {
    const folder = temporaryFolder();
    const path = writeModule(folder, name, text);
    const { code, stdout, stderr } = await platewright(["compile", path, await tinyPlate()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(path);
    expect(stderr).not.toContain("    at ");
    expect(filesIn(folder)).toEqual([name]);
  });

  test("a syntax error in a module that it imports names that module", async () => {
    const folder = temporaryFolder();
    const inner = writeModule(folder, "inner.ts", "let = 3 +;");
    const path = writeModule(folder, "outer.ts", 'import "./inner.ts"; export default 1;');
    const { code, stderr } = await platewright(["compile", path, await tinyPlate()]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${inner}, which the pipeline ${path} imports, has a syntax error in line 1`);
  });

  test("with -v the stack follows", async () => {
    const path = writeModule(temporaryFolder(), "throws.ts", 'throw new Error("out of coffee");');
    const { stderr } = await platewright(["compile", path, await tinyPlate(), "-v"]);
    expect(stderr).toMatch(/caused by: Error: out of coffee\n\s+at .*throws\.ts/);
  });

  test("a file that is not there, and a folder", async () => {
    const folder = temporaryFolder();
    const absent = await platewright(["compile", join(folder, "none.ts"), await tinyPlate()]);
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining(join(folder, "none.ts")) });
    const notFile = await platewright(["compile", folder, await tinyPlate()]);
    expect(notFile).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is a folder, not a pipeline"),
    });
  });
});

test.each(["pipeline.ts", "pipeline.mts", "pipeline.js", "pipeline.mjs"])(
  "%s finds the packages far from any node_modules, and nothing is written beside it",
  async (name) => {
    const folder = temporaryFolder();
    const text = /ts$/.test(name) ? countingPipeline : countingPipeline.replace(": string", "");
    const path = writeModule(folder, name, text);
    const { code, stdout } = await platewright(["compile", path, await tinyPlate(), "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, pipeline: "count" });
    expect(filesIn(folder)).toEqual([name]);
  },
);

test("{ pipeline, plugins, config } adds plugins and settings; flags are stronger", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "plate"));
  writeFileSync(join(folder, "plate", "special.marker"), "");
  writeModule(
    folder,
    "layout.ts",
    `import type { PlateLayout } from "@platewright/core";
export const layout: PlateLayout = {
  kind: "layout",
  name: "special",
  detect: async (storage) => ((await storage.has("special.marker")) ? "its marker" : undefined),
  index: async () => ({
    layout: "special", name: "special plate", wells: ["A01"], shape: [4, 4], dtype: "uint16",
    images: [{ well: "A01", site: "1", channel: "1", z: "1", timepoint: "1", path: "a.tif" }],
    projections: [], missing: [], notes: [],
  }),
};`,
  );
  const path = writeModule(
    folder,
    "module.ts",
    countingPipeline.replace("export default", 'import { layout } from "./layout.ts";\nconst pipeline =') +
      'export default { pipeline, plugins: [layout], config: { compression: "deflate", workers: 3 } };',
  );
  const explained = async (...flags: readonly string[]): Promise<unknown> => {
    const { stdout } = await platewright(["explain", path, join(folder, "plate"), "--json", ...flags]);
    return (JSON.parse(stdout) as { readonly settings: unknown }).settings;
  };
  expect(await explained()).toMatchObject({ compression: "deflate", workers: 3 });
  const config = writeModule(
    folder,
    "config.json",
    '{ "workers": 4, "missing": "skip", "memoryLimit": "1GiB" }',
  );
  expect(await explained("--config", config, "--set", "compression=none")).toMatchObject({
    compression: "none",
    workers: 4,
    missing: "skip",
  });
  expect(await explained("--config", config, "--workers", "2")).toMatchObject({ workers: 2 });
});

test("what was translated is kept in the user's cache folder; an edit is seen, and no folder is no error", async () => {
  const folder = temporaryFolder();
  const path = writeModule(folder, "pipeline.ts", countingPipeline);
  const env = { XDG_CACHE_HOME: join(folder, "cache") };
  const nameOf = async (cache: Readonly<Record<string, string>>): Promise<unknown> => {
    const { stdout } = await platewright(["compile", path, await tinyPlate(), "--json"], { env: cache });
    return (JSON.parse(stdout) as { readonly pipeline?: string }).pipeline;
  };
  expect(await nameOf(env)).toBe("count");
  expect(filesIn(folder).filter((file) => file.startsWith("cache/platewright/modules/"))).toHaveLength(1);
  expect(await nameOf(env)).toBe("count");
  writeModule(folder, "pipeline.ts", countingPipeline.replace('"count"', '"other"'));
  expect(await nameOf(env)).toBe("other");
  expect(await nameOf({ XDG_CACHE_HOME: path })).toBe("other");
});
