import { resolve } from "node:path";
import {
  type FunctionSources,
  type GlobalSettings,
  type Pipeline,
  type Plan,
  type Plate,
  type Platewright,
  settingsSchema,
} from "@platewright/core";
import { findConfig, loadConfig } from "../config/config-file.ts";
import { layersOfEnvironment } from "../config/environment.ts";
import { layersOfFlags } from "../config/flag-settings.ts";
import { mergeLayers, type SettingLayer } from "../config/layer.ts";
import type { Given } from "../flags/parse-flags.ts";
import { installFor } from "../install.ts";
import { openChosenPlate, type PlateChoice } from "../open-plate.ts";
import { loadPipeline } from "./load-pipeline.ts";

/** Where a plan's pipeline and plate are found; plain data. */
export interface PlanOrigin extends PlateChoice {
  /** The path of the pipeline's module, in full. */
  readonly pipeline?: string | undefined;
}

/** The settings that stand around a pipeline. */
export interface SettingsAround {
  /** From the configuration file and the environment: weaker than the pipeline's own. */
  readonly weaker: readonly SettingLayer[];
  /** From flags: stronger than the pipeline's own. */
  readonly stronger: readonly SettingLayer[];
}

/** A plan, and what it is run with. */
export interface Prepared {
  readonly pw: Platewright;
  readonly plate: Plate;
  readonly plan: Plan;
  readonly origin: PlanOrigin;
  /** Where its functions are found. */
  readonly sources: FunctionSources;
  /** What the user should know of what was asked for, a sentence each. */
  readonly notes?: readonly string[];
}

/** Reads the settings around a pipeline's module. Throws `UsageError`, "declaration" or "parameter" where they say what can't be. */
export async function settingsAround(pipeline: string, given: Given): Promise<SettingsAround> {
  const stronger = layersOfFlags(given);
  const environment = layersOfEnvironment(process.env);
  const file = given.text("config") ?? findConfig(pipeline, process.cwd());
  return { weaker: [...(file === undefined ? [] : [await loadConfig(file)]), ...environment], stronger };
}

/** Loads the pipeline that a command is given, opens the plate and compiles. Throws what each of them does. */
export async function preparePlan(given: Given, signal?: AbortSignal): Promise<Prepared> {
  const [path = "", location = ""] = given.args;
  const origin = {
    pipeline: resolve(path),
    plate: location,
    layout: given.text("layout"),
    pattern: given.text("pattern"),
  };
  const { weaker, stronger } = await settingsAround(origin.pipeline, given);
  const { pipeline, plugins, config } = await loadPipeline(origin.pipeline);
  const pw = await installFor(pipeline, plugins);
  const plate = await openChosenPlate(pw, origin, signal);
  const plan = await pw.compile(overridden(pipeline, stronger), plate, {
    wells: given.list("wells"),
    excludeWells: given.list("exclude-wells"),
    settings: mergeLayers([config, ...weaker, ...stronger]),
    out: given.text("out"),
  });
  return { pw, plate, plan, origin, sources: { pipeline }, notes: notesOn(plan, plate, stronger) };
}

function notesOn(plan: Plan, { index }: Plate, flags: readonly SettingLayer[]): readonly string[] {
  const { device } = mergeLayers(flags);
  return [
    // A plate of which nothing could be described is seldom one that can be read.
    ...(index.dtype === undefined ? index.notes : []),
    ...(device === undefined || plan.devices.length > 0
      ? []
      : [`No step runs on a device: ${device} is not used.`]),
  ];
}

/** What is said on the command line is meant for this run, so that it is stronger than what stands in the pipeline; a step's own settings stay. */
function overridden(pipeline: Pipeline, overrides: readonly SettingLayer[]): Pipeline {
  const schema = settingsSchema();
  const own = Object.entries(mergeLayers(overrides)).filter(
    ([name]) => schema[name as keyof GlobalSettings].level !== "global",
  );
  return { ...pipeline, settings: { ...pipeline.settings, ...Object.fromEntries(own) } };
}
