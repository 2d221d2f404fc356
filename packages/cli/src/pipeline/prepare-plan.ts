import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import {
  type GlobalSettings,
  messageOf,
  type Pipeline,
  type Plan,
  type Plate,
  type Platewright,
  PlatewrightError,
} from "@platewright/core";
import type { Given } from "../flags/parse-flags.ts";
import { checkSettings, settingsOf } from "../flags/settings.ts";
import { installAll } from "../install.ts";
import { openChosenPlate, type PlateChoice } from "../open-plate.ts";
import { loadModule } from "./load-module.ts";
import { loadPipeline } from "./load-pipeline.ts";

/** Which pipeline is compiled for which plate, and how: plain data, from which a worker comes to the same plan. */
export interface PlanRequest extends PlateChoice {
  readonly pipeline: string;
  readonly wells: readonly string[];
  readonly excludeWells: readonly string[];
  /** From the configuration file: weaker than the pipeline's own settings. */
  readonly settings: GlobalSettings;
  /** From flags: stronger than the pipeline's own settings. */
  readonly overrides: GlobalSettings;
  readonly out?: string | undefined;
}

/** A plan, and what it is run with. */
export interface Prepared {
  readonly pw: Platewright;
  readonly plate: Plate;
  readonly plan: Plan;
}

/** Reads the flags of a command that takes a pipeline and a plate. Throws `UsageError`, and "declaration" or "parameter" for the configuration file. */
export async function requestOf(given: Given): Promise<PlanRequest> {
  const [pipeline = "", plate = ""] = given.args;
  const overrides = settingsOf(given);
  const config = given.text("config");
  return {
    pipeline: resolve(pipeline),
    plate,
    layout: given.text("layout"),
    pattern: given.text("pattern"),
    wells: given.list("wells"),
    excludeWells: given.list("exclude-wells"),
    settings: config === undefined ? {} : await loadConfig(config),
    overrides,
    out: given.text("out"),
  };
}

/** Loads the pipeline, opens the plate and compiles. Throws what each of them does. */
export async function preparePlan(request: PlanRequest, signal?: AbortSignal): Promise<Prepared> {
  const { pipeline, plugins, config } = await loadPipeline(request.pipeline);
  const pw = await installAll(plugins);
  const plate = await openChosenPlate(pw, request, signal);
  const plan = await pw.compile(withOverrides(pipeline, request.overrides), plate, {
    wells: request.wells,
    excludeWells: request.excludeWells,
    settings: { ...config, ...request.settings, ...request.overrides },
    out: request.out,
  });
  return { pw, plate, plan };
}

/** What is said on the command line is meant for this run, so that it is stronger than what stands in the pipeline; a step's own settings stay. */
function withOverrides(
  pipeline: Pipeline,
  { dtype, conversions, missing, compression }: GlobalSettings,
): Pipeline {
  const given = Object.entries({ dtype, conversions, missing, compression });
  const overrides = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return { ...pipeline, settings: { ...pipeline.settings, ...overrides } };
}

async function loadConfig(path: string): Promise<GlobalSettings> {
  const config = extname(path) === ".json" ? readJson(path) : await loadModule(path, "configuration");
  if (typeof config === "object" && config !== null && !Array.isArray(config)) return checkSettings(config);
  throw new PlatewrightError(
    "declaration",
    `The configuration ${resolve(path)} holds no settings. Write an object, such as { "missing": "skip" }.`,
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as unknown;
  } catch (thrown) {
    throw new PlatewrightError(
      "declaration",
      `The configuration ${resolve(path)} can't be read: ${messageOf(thrown)}.`,
      { cause: thrown },
    );
  }
}
