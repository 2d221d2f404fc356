import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { imageName } from "@platewright/core";
import { decodeTiff } from "@platewright/vfs-disk";
import type { Output } from "../output/output.ts";
import { claimFolder } from "./claim-folder.ts";
import { closingWords } from "./closing-words.ts";
import demoPipeline from "./demo-pipeline.ts";
import type { FieldImages } from "./draw-field.ts";
import { drawOverview } from "./draw-overview.ts";
import { type FieldTruth, listPlateFiles, makePlate } from "./make-plate.ts";
import { readCounts } from "./read-counts.ts";
import { type DemoReport, judge, tableText } from "./report.ts";
import { runPipeline } from "./run-pipeline.ts";

/** What the demo promises: no well's count is further from the truth. */
const tolerancePercent = 5;

/**
 * Makes a plate with a known number of cells, counts them through the public API, draws an overview, and compares. Plate
 * and results go to `place`: a new or empty folder, or that of an earlier demo. Gives the exit code: 0, or 1 where a well's
 * count is off by more than 5 %. Throws "exists" where the folder holds anything that no demo made, and what the run throws.
 */
export async function runDemo(place: string, workers: number, output: Output): Promise<number> {
  const started = Date.now();
  const folder = resolve(place);
  const plate = join(folder, "plate");
  const results = join(folder, "results");
  const overview = join(folder, "overview.png");
  await claimFolder(folder, listPlateFiles());
  output.note(`Making a plate with known truth in ${plate}`);
  const truth = await makePlate(plate);
  output.note(`Running ${demoPipeline.steps.map(({ name }) => name).join(" → ")} into ${results}`);
  await runPipeline(plate, results, workers);
  const fields = await readCounts(results, truth);
  const images = await Promise.all(truth.map((field) => readImages(results, field)));
  await writeFile(overview, drawOverview(fields, images, tolerancePercent));
  const seconds = (Date.now() - started) / 1000;
  const verdict = judge(fields, tolerancePercent);
  const report: DemoReport = { ...verdict, seconds, folder, plate, results, overview };
  if (output.json) output.document(report);
  else output.data(tableText(report));
  if (!output.json) output.note(closingWords(report));
  return report.ok ? 0 : 1;
}

async function readImages(results: string, { well, site }: FieldTruth): Promise<FieldImages> {
  const read = async (step: string, channel: string) => {
    const name = imageName({ well, site: String(site), channel, z: "1", timepoint: "1" });
    return decodeTiff(await readFile(join(results, "images", step, name)), { name });
  };
  const [first, second, labels] = await Promise.all([
    read("project", "1"),
    read("project", "2"),
    read("count", "1"),
  ]);
  return { channels: [first, second], labels };
}
