import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import {
  isPlatewrightError,
  type Plan,
  type Plate,
  type Platewright,
  PlatewrightError,
} from "@platewright/core";
import { layersOfFlags } from "../config/flag-settings.ts";
import { mergeLayers } from "../config/layer.ts";
import type { Given } from "../flags/parse-flags.ts";
import { compileFlags, refuseDecided } from "../flags/plan-flags.ts";
import { UsageError } from "../flags/usage-error.ts";
import { installFor } from "../install.ts";
import { openChosenPlate } from "../open-plate.ts";
import { findFunctions } from "../pipeline/find-functions.ts";
import { moduleEndings } from "../pipeline/load-module.ts";
import { loadPipeline, type PipelineModule } from "../pipeline/load-pipeline.ts";
import type { PlanOrigin, Prepared } from "../pipeline/prepare-plan.ts";
import { type KeptPlan, readPlan } from "./plan-file.ts";

/** Opens the plan that --plan names, for the plate and with the functions that it needs. */
export async function prepareKeptPlan(given: Given, signal?: AbortSignal): Promise<Prepared> {
  refuseDecided(given, compileFlags);
  const kept = readPlan(given.text("plan") ?? "");
  const settings = { ...kept.plan.settings, ...mergeLayers(layersOfFlags(given)) };
  return await openPlan({ ...kept.plan, settings }, originOf(kept, given), signal);
}

/** Opens the plate of a plan and finds its functions, here or in a worker. Throws what the pipeline, the plate and the functions do. */
export async function openPlan(plan: Plan, origin: PlanOrigin, signal?: AbortSignal): Promise<Prepared> {
  const module = await loadIfThere(origin.pipeline);
  const pw = await installFor(plan, module?.plugins);
  const plate = await openPlannedPlate(pw, plan, origin, signal);
  const functions = await findFunctions(plan, module?.pipeline, origin.pipeline);
  return { pw, plate, plan, origin, sources: { pipeline: module?.pipeline, functions } };
}

/** A pipeline that is no longer where it was may not be needed: the packages of the functions may do. */
async function loadIfThere(path: string | undefined): Promise<PipelineModule | undefined> {
  return path === undefined || !existsSync(path) ? undefined : await loadPipeline(path);
}

async function openPlannedPlate(
  pw: Platewright,
  plan: Plan,
  origin: PlanOrigin,
  signal: AbortSignal | undefined,
): Promise<Plate> {
  try {
    return await openChosenPlate(pw, origin, signal);
  } catch (thrown) {
    if (thrown instanceof UsageError && origin.pipeline !== undefined && !existsSync(origin.pipeline))
      throw new UsageError(
        `${thrown.message} The pipeline ${origin.pipeline}, which may have had it as a plugin, is not there; give it where it lies now: platewright run --plan <plan> <pipeline> <plate>.`,
      );
    if (!isPlatewrightError(thrown, "not-found") || origin.plate !== plan.plate.location) throw thrown;
    throw new PlatewrightError(
      "not-found",
      `The plate of the plan, ${plan.plate.location}, is not there. Give the folder where it lies now: platewright run --plan <plan> <pipeline> <plate>.`,
      { cause: thrown },
    );
  }
}

/** What the command line says is stronger than what the file remembers. A lone argument is a plate unless it looks like a module. */
function originOf({ plan, origin }: KeptPlan, given: Given): PlanOrigin {
  const [first, second] = given.args;
  const onlyPlate = first !== undefined && second === undefined && !moduleEndings.includes(extname(first));
  const [pipeline, plate] = onlyPlate ? [undefined, first] : [first, second];
  const pattern = given.text("pattern");
  const layout = given.text("layout");
  const told = pattern !== undefined || layout !== undefined;
  if (!told && origin?.pattern === undefined && plan.plate.layout === "pattern")
    throw new UsageError(
      `The plan does not tell the naming of the plate's files. Give it: --pattern "{well}_s{site}_w{channel}.tif".`,
    );
  const recorded =
    origin?.pattern === undefined ? { layout: plan.plate.layout } : { pattern: origin.pattern };
  return {
    pipeline: pipeline === undefined ? origin?.pipeline : resolve(pipeline),
    plate: plate ?? plan.plate.location,
    ...(told ? { layout, pattern } : recorded),
  };
}
