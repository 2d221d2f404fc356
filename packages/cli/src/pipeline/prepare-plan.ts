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

/** Which pipeline is compiled for which plate, and how. */
export interface PlanRequest extends PlanOrigin {
  readonly pipeline: string;
  readonly wells: readonly string[];
  readonly excludeWells: readonly string[];
  /** From the configuration file and the environment: weaker than the pipeline's own settings. */
  readonly settings: readonly SettingLayer[];
  /** From flags: stronger than the pipeline's own settings. */
  readonly overrides: readonly SettingLayer[];
  readonly out?: string | undefined;
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

/** Reads the flags of a command that takes a pipeline and a plate. Throws `UsageError`, and "declaration" or "parameter" for settings. */
export async function requestOf(given: Given): Promise<PlanRequest> {
  const [path = "", plate = ""] = given.args;
  const pipeline = resolve(path);
  const overrides = layersOfFlags(given);
  const environment = layersOfEnvironment(process.env);
  const file = given.text("config") ?? findConfig(pipeline, process.cwd());
  return {
    pipeline,
    plate,
    layout: given.text("layout"),
    pattern: given.text("pattern"),
    wells: given.list("wells"),
    excludeWells: given.list("exclude-wells"),
    settings: [...(file === undefined ? [] : [await loadConfig(file)]), ...environment],
    overrides,
    out: given.text("out"),
  };
}

/** Loads the pipeline, opens the plate and compiles. Throws what each of them does. */
export async function preparePlan(request: PlanRequest, signal?: AbortSignal): Promise<Prepared> {
  const { pipeline, plugins, config } = await loadPipeline(request.pipeline);
  const pw = await installFor(pipeline, plugins);
  const plate = await openChosenPlate(pw, request, signal);
  const plan = await pw.compile(overridden(pipeline, request.overrides), plate, {
    wells: request.wells,
    excludeWells: request.excludeWells,
    settings: mergeLayers([config, ...request.settings, ...request.overrides]),
    out: request.out,
  });
  return {
    pw,
    plate,
    plan,
    origin: originOf(request),
    sources: { pipeline },
    notes: notesOn(plan, plate, request),
  };
}

function notesOn(plan: Plan, { index }: Plate, { overrides }: PlanRequest): readonly string[] {
  const { device } = mergeLayers(overrides);
  return [
    // A plate of which nothing could be described is seldom one that can be read.
    ...(index.dtype === undefined ? index.notes : []),
    ...(device === undefined || plan.devices.length > 0
      ? []
      : [`No step runs on a device: ${device} is not used.`]),
  ];
}

function originOf({ pipeline, plate, layout, pattern }: PlanRequest): PlanOrigin {
  return { pipeline, plate, layout, pattern };
}

/** What is said on the command line is meant for this run, so that it is stronger than what stands in the pipeline; a step's own settings stay. */
function overridden(pipeline: Pipeline, overrides: readonly SettingLayer[]): Pipeline {
  const schema = settingsSchema();
  const own = Object.entries(mergeLayers(overrides)).filter(
    ([name]) => schema[name as keyof GlobalSettings].level !== "global",
  );
  return { ...pipeline, settings: { ...pipeline.settings, ...Object.fromEntries(own) } };
}
