import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, isAbsolute, join, relative, resolve } from "node:path";
import { messageOf, PlatewrightError } from "@platewright/core";
import { loadModule } from "../pipeline/load-module.ts";
import { createLayer, type SettingLayer } from "./layer.ts";

const fileNames = ["ts", "mts", "js", "mjs"].map((ending) => `platewright.config.${ending}`);

/**
 * The configuration file for a pipeline: the nearest one, in the pipeline's folder and those above it up to the working
 * directory; for a pipeline that lies elsewhere, in its own folder, then in the working directory. Folders above the working
 * directory are never looked into, so that no file runs that the user does not see. Throws "declaration" where one folder holds two.
 */
export function findConfig(pipeline: string | undefined, workingDirectory: string): string | undefined {
  for (const folder of foldersFor(pipeline, workingDirectory)) {
    const [first, second] = fileNames.map((name) => join(folder, name)).filter((path) => existsSync(path));
    if (second !== undefined)
      throw new PlatewrightError(
        "declaration",
        `There are two configuration files, ${first} and ${second}. Keep one, or name one with --config.`,
      );
    if (first !== undefined) return first;
  }
  return undefined;
}

function foldersFor(pipeline: string | undefined, workingDirectory: string): readonly string[] {
  const root = resolve(workingDirectory);
  if (pipeline === undefined) return [root];
  const own = dirname(resolve(pipeline));
  const way = relative(root, own);
  if (way.startsWith("..") || isAbsolute(way)) return [own, root];
  const folders = [own];
  for (let folder = own; folder !== root; folder = dirname(folder)) folders.push(dirname(folder));
  return folders;
}

/** Loads a configuration: a module, or a .json file. Throws "declaration" where it can't be read, "parameter" or `UsageError` where it holds what is no setting. */
export async function loadConfig(path: string): Promise<SettingLayer> {
  const full = resolve(path);
  const config = extname(full) === ".json" ? readJson(full) : await loadModule(full, "configuration");
  if (typeof config === "object" && config !== null && !Array.isArray(config)) {
    if ("plugins" in config)
      throw new PlatewrightError(
        "declaration",
        `The configuration ${full} has plugins, but holds settings alone. Give them in the pipeline's module: export default { pipeline, plugins: [ … ] }.`,
      );
    return createLayer(full, config);
  }
  throw new PlatewrightError(
    "declaration",
    `The configuration ${full} holds no settings. Write an object, such as { "missing": "skip" }.`,
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (thrown) {
    throw new PlatewrightError(
      "declaration",
      `The configuration ${path} can't be read: ${messageOf(thrown)}.`,
      {
        cause: thrown,
      },
    );
  }
}
