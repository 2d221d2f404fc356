import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright } from "./support/command.ts";
import { countingPipeline, writeModule } from "./support/pipelines.ts";
import { makePlate } from "./support/plate.ts";

interface Setting {
  readonly name: string;
  readonly value?: unknown;
  readonly origin: string;
  readonly description: string;
}

interface Shown {
  readonly settings: readonly Setting[];
  readonly steps: readonly { readonly step: string; readonly settings: readonly Setting[] }[];
}

interface Around {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

async function configOf(pipeline: string, { cwd, env, flags = [] }: Around = {}): Promise<Shown> {
  const { code, stdout, stderr } = await platewright(["explain", pipeline, "--config", "--json", ...flags], {
    cwd: cwd ?? temporaryFolder(),
    ...(env ? { env } : {}),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Shown;
}

function of(shown: Shown, name: string): readonly [value: unknown, origin: string | undefined] {
  const setting = shown.settings.find((each) => each.name === name);
  return [setting?.value, setting?.origin];
}

const pipelineOf = (settings: string, options = "{}"): string =>
  countingPipeline
    .replace("name,\n", `name,\n  settings: ${settings},\n`)
    .replace("{ checkpoint: true }", options);

test("each place is stronger than the one before, and every value tells where it comes from", async () => {
  const folder = temporaryFolder();
  const own = pipelineOf('{ compression: "zstd" }', '{ compression: "none" }');
  const text = own.replace("export default", "const pipeline =");
  const pipeline = writeModule(
    folder,
    "pipeline.ts",
    `${text}\nexport default { pipeline, config: { workers: 2, missing: "skip", memoryLimit: "1GiB", storage: "zarr" } };`,
  );
  const plain = await configOf(pipeline);
  expect(of(plain, "workers")).toEqual([2, `the config of ${pipeline}`]);
  expect(of(plain, "dtype")).toEqual(["preserve", "default"]);
  expect(of(plain, "memoryLimit")).toEqual([2 ** 30, `the config of ${pipeline}`]);
  expect(of(plain, "compression")).toEqual(["zstd", 'the pipeline "count"']);
  expect(plain.steps).toMatchObject([
    { step: "project", settings: [{ name: "compression", value: "none", origin: 'the step "project"' }] },
  ]);
  expect(plain.settings.every(({ description }) => description.length > 10)).toBe(true);
  const file = writeModule(
    folder,
    "platewright.config.ts",
    `import { defineConfig } from "@platewright/cli";
export default defineConfig({ workers: 3, missing: "error", memoryLimit: "2GiB", compression: "deflate" });`,
  );
  const env = {
    PLATEWRIGHT_MISSING: "skip",
    PLATEWRIGHT_MEMORY_LIMIT: "3GiB",
    PLATEWRIGHT_COMPRESSION: "lzw",
  };
  const flags = ["--set", 'dtype={"rescale":[0,100]}', "--memory-limit", "4GiB"];
  const shown = await configOf(pipeline, { env, flags });
  expect(of(shown, "storage")).toEqual(["zarr", `the config of ${pipeline}`]);
  expect(of(shown, "workers")).toEqual([3, file]);
  expect(of(shown, "missing")).toEqual(["skip", "the environment variable PLATEWRIGHT_MISSING"]);
  expect(of(shown, "memoryLimit")).toEqual([4 * 2 ** 30, "--memory-limit"]);
  expect(of(shown, "compression")).toEqual(["zstd", 'the pipeline "count"']);
  expect(of(shown, "dtype")).toEqual([{ rescale: [0, 100] }, "--set dtype"]);
  const strongest = await configOf(pipeline, { env, flags: [...flags, "--set", "compression=none"] });
  expect(of(strongest, "compression")).toEqual(["none", "--set compression"]);
});

test("the plan is compiled with what explain --config shows", async () => {
  const folder = temporaryFolder();
  const plate = join(folder, "plate");
  await makePlate(plate, { wells: ["A01"] });
  const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
  writeModule(folder, "platewright.config.mjs", 'export default { workers: 3, compression: "deflate" };');
  const run = async (env: Record<string, string>, ...flags: readonly string[]) => {
    const { stdout } = await platewright(["compile", pipeline, plate, "--json", ...flags], {
      cwd: folder,
      env,
    });
    return JSON.parse(stdout) as { readonly plan: { readonly settings: object } };
  };
  expect((await run({})).plan.settings).toMatchObject({ workers: 3, compression: "deflate" });
  const fromEnv = await run({ PLATEWRIGHT_WORKERS: "5" });
  expect(fromEnv.plan.settings).toMatchObject({ workers: 5, compression: "deflate" });
  const fromFlag = await run({ PLATEWRIGHT_WORKERS: "5" }, "--workers", "7", "--set", "compression=none");
  expect(fromFlag.plan.settings).toMatchObject({ workers: 7, compression: "none" });
});

describe("a configuration file", () => {
  const workersOf = async (pipeline: string, cwd: string): Promise<unknown> =>
    of(await configOf(pipeline, { cwd }), "workers")[0];
  const config = (workers: number): string => `export default { workers: ${workers} };`;

  test("is the nearest one, from the pipeline's folder up to the working directory", async () => {
    const top = temporaryFolder();
    const deep = join(top, "project", "pipelines", "a");
    mkdirSync(deep, { recursive: true });
    const pipeline = writeModule(deep, "pipeline.ts", countingPipeline);
    writeModule(top, "platewright.config.js", config(9));
    expect(await workersOf(pipeline, join(top, "project"))).toBe(1);
    expect(await workersOf(pipeline, top)).toBe(9);
    writeModule(join(top, "project"), "platewright.config.mts", config(4));
    expect(await workersOf(pipeline, top)).toBe(4);
    writeModule(deep, "platewright.config.ts", config(5));
    expect(await workersOf(pipeline, top)).toBe(5);
    expect(await workersOf(pipeline, deep)).toBe(5);
  });

  test("of the working directory counts for a pipeline elsewhere that has none beside it", async () => {
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const pipeline = writeModule(there, "pipeline.ts", countingPipeline);
    writeModule(here, "platewright.config.ts", config(6));
    expect(await workersOf(pipeline, here)).toBe(6);
    writeModule(there, "platewright.config.ts", config(7));
    expect(await workersOf(pipeline, here)).toBe(7);
  });

  test("that --config names stands for the one that would be found", async () => {
    const folder = temporaryFolder();
    const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
    writeModule(folder, "platewright.config.ts", 'throw new Error("not this one");');
    writeModule(folder, "mine.json", '{ "workers": 8 }');
    const flags = ["--config", join(folder, "mine.json")];
    expect(of(await configOf(pipeline, { flags }), "workers")).toEqual([8, join(folder, "mine.json")]);
  });

  test.each([
    ["with a setting that is none", "export default { colour: 1 };", 'platewright.config.ts sets "colour"'],
    [
      "with plugins",
      "export default { plugins: [] };",
      "Give them in the pipeline's module: export default {",
    ],
    ["with a wrong value", "export default { workers: 0 };", 'platewright.config.ts sets "workers" to 0'],
    ["with a wrong size", 'export default { memoryLimit: "lots" };', 'platewright.config.ts, is "lots"'],
    ["without settings", "export default 3;", "holds no settings"],
    ["that fails", 'throw new Error("no coffee");', "fails while it is loaded: no coffee"],
  ])("%s is refused by name", async (_, text, says) => {
    const folder = temporaryFolder();
    const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
    writeModule(folder, "platewright.config.ts", text);
    const ended = await platewright(["explain", pipeline, "--config"], { cwd: folder });
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(says) });
  });

  test("beside another one is refused", async () => {
    const folder = temporaryFolder();
    const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
    writeModule(folder, "platewright.config.ts", config(1));
    writeModule(folder, "platewright.config.js", config(2));
    const ended = await platewright(["explain", pipeline, "--config"], { cwd: folder });
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("There are two configuration files"),
    });
  });
});

test.each([
  [{ PLATEWRIGHT_WORKERS: "many" }, 'The environment variable PLATEWRIGHT_WORKERS sets "workers" to "many"'],
  [{ PLATEWRIGHT_MEMORY_LIMIT: "2 parsecs" }, "PLATEWRIGHT_MEMORY_LIMIT"],
  [{ PLATEWRIGHT_WORKER: "4" }, "PLATEWRIGHT_WORKER is no setting. Did you mean PLATEWRIGHT_WORKERS?"],
])("%j is refused, naming the variable", async (env, says) => {
  const folder = temporaryFolder();
  const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
  const ended = await platewright(["explain", pipeline, "--config"], { cwd: folder, env });
  expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(says) });
});

test("variables of others and empty ones are left alone", async () => {
  const folder = temporaryFolder();
  const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
  const env = { PLATEWRIGHT_SOMETHING_ELSE: "1", PLATEWRIGHT_WORKERS: "" };
  expect(of(await configOf(pipeline, { env }), "workers")).toEqual([1, "default"]);
});

test("people read a table of settings, wherever --config stands", async () => {
  const folder = temporaryFolder();
  const plate = join(folder, "plate");
  await makePlate(plate, { wells: ["A01"] });
  const pipeline = writeModule(folder, "pipeline.ts", countingPipeline);
  const { code, stdout } = await platewright(["explain", pipeline, "--config"], { cwd: folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^setting +value +from +what it does$/m);
  expect(stdout).toMatch(/^workers +1 +default +\S/m);
  for (const args of [
    ["explain", "--config", pipeline, plate],
    ["explain", pipeline, plate, "--config"],
  ])
    expect(await platewright(args, { cwd: folder })).toMatchObject({ code: 0, stdout });
  writeFileSync(join(folder, "c.json"), '{ "workers": 2 }');
  const both = ["explain", pipeline, plate, "--config", join(folder, "c.json"), "--config"];
  const shown = await platewright(both, { cwd: folder });
  expect(shown.stdout).toMatch(/^workers +2 +\S+c\.json /m);
  rmSync(pipeline);
  expect((await platewright(["explain", pipeline, "--config"], { cwd: folder })).code).toBe(2);
});
