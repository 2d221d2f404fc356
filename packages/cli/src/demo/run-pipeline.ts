import { fileURLToPath } from "node:url";
import { PlatewrightError } from "@platewright/core";
import { installFor } from "../install.ts";
import { createExecutor } from "../run/run-task.ts";
import demoPipeline from "./demo-pipeline.ts";

/**
 * Runs the demo's pipeline on its plate as on any user's, over the results of an earlier demo. Throws "execution" where a
 * well fails, with its reason.
 */
export async function runPipeline(location: string, out: string, workers: number): Promise<void> {
  const pw = await installFor(demoPipeline);
  const plate = await pw.openPlate(location);
  const plan = await pw.compile(demoPipeline, plate, { out, settings: { workers } });
  // Workers load the pipeline as the module that it is.
  const pipeline = fileURLToPath(new URL("./demo-pipeline.js", import.meta.url));
  const origin = { pipeline, plate: location };
  const prepared = { pw, plate, plan, origin, sources: { pipeline: demoPipeline } };
  const { signal } = new AbortController();
  const { wells } = plate.index;
  const executor = await createExecutor({ prepared, out, overwrite: true, wells, signal });
  const report = await pw.run(plan, { plate, overwrite: true, executor });
  if (report.status === "complete") return;
  const [well, failed] = Object.entries(report.wells).find(([, { error }]) => error !== undefined) ?? [];
  throw new PlatewrightError(
    "execution",
    `The demo's run is ${report.status}. Well ${well ?? "?"}: ${failed?.error?.message ?? "no reason given"}`,
    { out },
  );
}
