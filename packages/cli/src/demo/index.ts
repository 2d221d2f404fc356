import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { imageName } from "@platewright/core";
import { decodeTiff } from "@platewright/vfs-disk";
import { claimFolder } from "./claim-folder.ts";
import { closingWords } from "./closing-words.ts";
import demoPipeline from "./demo-pipeline.ts";
import type { FieldImages } from "./draw-field.ts";
import { drawOverview } from "./draw-overview.ts";
import { type FieldTruth, listPlateFiles, makePlate } from "./make-plate.ts";
import { readCounts } from "./read-counts.ts";
import { type DemoReport, judge, tableText } from "./report.ts";
import { runPipeline } from "./run-pipeline.ts";

/** How the demo is run. */
export interface DemoOptions {
  /** Where plate and results go: a new or empty folder, or that of an earlier demo. */
  readonly folder: string;
  /** Wells that are processed at once. */
  readonly workers: number;
  /** Leaves out everything but the table of counts. */
  readonly quiet: boolean;
  /** Writes one JSON document instead of the table. */
  readonly json: boolean;
  /** Takes what goes to stdout. */
  readonly write: (text: string) => void;
  /** Takes progress and messages. */
  readonly note: (text: string) => void;
}

/** What the demo promises: no well's count is further from the truth. */
const tolerancePercent = 5;

/**
 * Makes a plate with a known number of cells, counts them through the public API, draws an overview, and compares.
 * Gives the exit code: 0, or 1 where a well's count is off by more than 5 %. Throws "exists" where the folder holds
 * anything that no demo made, and what the run throws.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const started = Date.now();
  const note = options.quiet ? () => {} : options.note;
  const folder = resolve(options.folder);
  const [plate, results, overview] = ["plate", "results", "overview.png"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await claimFolder(folder, listPlateFiles());
  note(`Making a plate with known truth in ${plate}\n`);
  const truth = await makePlate(plate);
  note(`Running ${demoPipeline.steps.map(({ name }) => name).join(" → ")} into ${results}\n`);
  await runPipeline(plate, results, options.workers);
  const fields = await readCounts(results, truth);
  const images = await Promise.all(truth.map((field) => readImages(results, field)));
  await writeFile(overview, drawOverview(fields, images, tolerancePercent));
  const seconds = (Date.now() - started) / 1000;
  const report: DemoReport = {
    ...judge(fields, tolerancePercent),
    seconds,
    folder,
    plate,
    results,
    overview,
  };
  options.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : `${tableText(report)}\n`);
  if (!options.json) note(closingWords(report));
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
