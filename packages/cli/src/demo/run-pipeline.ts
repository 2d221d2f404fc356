import { fileURLToPath } from "node:url";
import { PlatewrightError, type WellExecutor } from "@platewright/core";
import { installFor } from "../install.ts";
import { createWorkerExecutor } from "../workers/worker-executor.ts";
import demoPipeline from "./demo-pipeline.ts";

/**
 * Runs the demo's pipeline on its plate as on any user's, over the results of an earlier demo. Throws "execution" where a
 * well fails, with its reason.
 */
export async function runPipeline(location: string, out: string, workers: number): Promise<void> {
  const pw = await installFor(demoPipeline);
  const plate = await pw.openPlate(location);
  const plan = await pw.compile(demoPipeline, plate, { out });
  const executor: { readonly executor?: WellExecutor } =
    workers === 1
      ? {}
      : {
          executor: createWorkerExecutor({
            workers: Math.min(workers, plate.index.wells.length),
            prepared: {
              ...{ pw, plate, plan },
              // Workers load the pipeline as the module that it is.
              origin: {
                pipeline: fileURLToPath(new URL("./demo-pipeline.js", import.meta.url)),
                plate: location,
              },
              sources: { pipeline: demoPipeline },
            },
            wells: plate.index.wells,
            out,
            overwrite: true,
            signal: new AbortController().signal,
          }),
        };
  const report = await pw.run(plan, { plate, overwrite: true, ...executor });
  if (report.status === "complete") return;
  const [well, failed] = Object.entries(report.wells).find(([, { error }]) => error !== undefined) ?? [];
  throw new PlatewrightError(
    "execution",
    `The demo's run is ${report.status}. Well ${well ?? "?"}: ${failed?.error?.message ?? "no reason given"}`,
    { out },
  );
}
