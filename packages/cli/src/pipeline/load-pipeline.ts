import { type Pipeline, PlatewrightError, type Plugin } from "@platewright/core";
import { createLayer, type SettingLayer } from "../config/layer.ts";
import { loadModule } from "./load-module.ts";

/** What a pipeline's module gives. */
export interface PipelineModule {
  readonly pipeline: Pipeline;
  readonly plugins: readonly Plugin[];
  readonly config: SettingLayer;
}

/** Loads a pipeline's module: its default export is a pipeline, or `{ pipeline, plugins, config }`. Throws "declaration" for anything else. */
export async function loadPipeline(path: string): Promise<PipelineModule> {
  const found = await loadModule(path, "pipeline");
  if (isPipeline(found)) return { pipeline: found, plugins: [], config: createLayer(originOf(path), {}) };
  if (typeof found !== "object" || found === null || !("pipeline" in found)) throw noPipeline(path, found);
  const { pipeline, plugins = [], config = {}, ...more } = found as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(more);
  if (unknown.length > 0)
    throw new PlatewrightError(
      "declaration",
      `The default export of ${path} has "${unknown[0]}". It may have pipeline, plugins and config.`,
    );
  if (!isPipeline(pipeline)) throw noPipeline(path, pipeline);
  if (!Array.isArray(plugins))
    throw new PlatewrightError("declaration", `The plugins of ${path} are no list. Write plugins: [ … ].`);
  if (typeof config !== "object" || config === null)
    throw new PlatewrightError("declaration", `The config of ${path} is no object. Write config: { … }.`);
  return { pipeline, plugins: plugins as readonly Plugin[], config: createLayer(originOf(path), config) };
}

/** Loads the plugins of a module: those of a pipeline's, or a list that is its default export. Throws "declaration" for anything else. */
export async function loadPlugins(path: string): Promise<readonly Plugin[]> {
  const found = await loadModule(path, "module of plugins");
  const plugins = Array.isArray(found) ? found : ((found ?? {}) as { readonly plugins?: unknown }).plugins;
  if (Array.isArray(plugins)) return plugins as readonly Plugin[];
  throw new PlatewrightError(
    "declaration",
    `${path} exports no plugins. Write export default [ … ], or { pipeline, plugins: [ … ] }.`,
  );
}

function originOf(path: string): string {
  return `the config of ${path}`;
}

function isPipeline(value: unknown): value is Pipeline {
  const { kind, steps } = (value ?? {}) as Partial<Pipeline>;
  return kind === "pipeline" && Array.isArray(steps);
}

function noPipeline(path: string, found: unknown): PlatewrightError {
  const what =
    found === undefined
      ? "nothing"
      : typeof found === "function"
        ? "a function"
        : typeof found === "object"
          ? "an object that is none"
          : `a value of type ${typeof found}`;
  return new PlatewrightError(
    "declaration",
    `${path} exports no pipeline but ${what}. Write export default definePipeline({ name, steps: [ … ] }).`,
  );
}
