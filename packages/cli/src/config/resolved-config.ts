import { type GlobalSettings, type SettingName, type Step, settingsSchema } from "@platewright/core";
import type { PipelineModule } from "../pipeline/load-pipeline.ts";
import { layerOf, type SettingLayer, settingNames } from "./layer.ts";

/** A setting with its value, and the place that it comes from. */
export interface ConfiguredSetting {
  readonly name: SettingName;
  /** Absent where nothing is set. */
  readonly value?: unknown;
  readonly origin: string;
  readonly description: string;
  readonly allows: string;
}

/** What is in force for a pipeline and for those of its steps that have settings of their own. */
export interface ResolvedConfig {
  readonly settings: readonly ConfiguredSetting[];
  readonly steps: readonly { readonly step: string; readonly settings: readonly ConfiguredSetting[] }[];
}

/** Resolves all settings of a pipeline, from the weakest place to the strongest: defaults, the module's config, a configuration file, the environment, the pipeline, flags, a step. */
export function resolveConfig(
  { pipeline, config }: PipelineModule,
  weaker: readonly SettingLayer[],
  flags: readonly SettingLayer[],
): ResolvedConfig {
  const own: SettingLayer = { origin: `the pipeline "${pipeline.name}"`, values: pipeline.settings };
  const layers = [config, ...weaker, own, ...flags];
  const steps = pipeline.steps.map((step) => ({
    step: step.name,
    settings: settingNames().flatMap((name) => ownSetting(step, name)),
  }));
  return {
    settings: settingNames().map((name) => {
      const layer = layerOf(layers, name);
      return describe(name, layer ? layer.values[name] : undefined, layer?.origin);
    }),
    steps: steps.filter(({ settings }) => settings.length > 0),
  };
}

function ownSetting({ name: step, options }: Step, name: SettingName): readonly ConfiguredSetting[] {
  const value = (options as GlobalSettings)[name];
  return value === undefined ? [] : [describe(name, value, `the step "${step}"`)];
}

function describe(name: SettingName, value: unknown, origin: string | undefined): ConfiguredSetting {
  const { default: standard, description, allows } = settingsSchema()[name];
  const held = origin === undefined ? standard : value;
  return {
    name,
    ...(held === undefined ? {} : { value: held }),
    origin: origin ?? "default",
    description,
    allows,
  };
}
