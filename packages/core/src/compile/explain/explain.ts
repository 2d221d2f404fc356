import { PlatewrightError } from "../../errors.ts";
import { type ImageSet, positionsOf } from "../../plate/image-set.ts";
import { diagnosticText } from "../diagnostic.ts";
import type { Plan, PlannedPlate, WellTemplate } from "../plan/plan.ts";
import { stepLines } from "./explain-step.ts";
import { storeLines } from "./explain-stores.ts";
import { bytesText, counted, labelled, listed } from "./explain-text.ts";

/** What an explanation is about. */
export interface ExplainOptions {
  /** The well whose images and groups are shown; default the plan's first. */
  readonly well?: string | undefined;
}

/** A plan as a page for people: step by step what is read, grouped, called with what, converted how, written where. Throws "filter" for a well that the plan lacks. */
export function explainPlan(plan: Plan, options: ExplainOptions = {}): string {
  const names = Object.keys(plan.wells);
  const well = options.well ?? names[0];
  if (well !== undefined && !Object.hasOwn(plan.wells, well)) {
    throw new PlatewrightError("filter", `The plan has no well ${well}. It has ${listed(names, 12)}.`, {
      well,
    });
  }
  const template = plan.templates[(well !== undefined && plan.wells[well]?.template) || 0];
  return [
    `"${plan.pipeline}" on ${plan.plate.name}, plan ${plan.hash.slice(0, 12)}`,
    ...headLines(plan, template, well),
    ...plan.steps.flatMap((step) => ["", ...stepLines(plan, step, template, well)]),
    ...(plan.warnings.length > 0 ? ["", "Warnings", ...plan.warnings.map(diagnosticText)] : []),
    "",
  ].join("\n");
}

function headLines(
  plan: Plan,
  template: WellTemplate | undefined,
  well: string | undefined,
): readonly string[] {
  const { plate, settings, output } = plan;
  const wells = Object.keys(plan.wells);
  const line = (label: string, text: string): readonly string[] => labelled(label, 2, [text]);
  return [
    ...line("plate", `${plate.location} (${plate.layout})`),
    ...line("images", imagesText(plate)),
    ...line("wells", `${wells.length}: ${listed(wells, 12)}`),
    ...(template && well !== undefined ? line("a well", `${setText(template.images)}, as in ${well}`) : []),
    ...line(
      "results",
      output ? `${output.location} (${output.storage})` : `to ${settings.storage}, folder not said yet`,
    ),
    ...storeLines(plan),
    ...line("memory", memoryText(plan)),
    ...line("data", dataText(plan)),
  ];
}

function imagesText({ shape, dtype, pixelSize }: PlannedPlate): string {
  const size = shape ? `${shape.join(" × ")} pixels` : "of unknown size";
  const side = pixelSize ? `, ${Number(pixelSize.x.toPrecision(5))} µm a pixel` : "";
  return `${size}, ${dtype ?? "dtype unknown"}${side}`;
}

function setText(set: ImageSet): string {
  const words = { site: "site", channel: "channel", z: "z plane", timepoint: "timepoint" } as const;
  const counts = (["site", "channel", "z", "timepoint"] as const).map((component) =>
    counted(set.values[component].length, words[component]),
  );
  return `${counts.join(" × ")}: ${counted(positionsOf(set).length, "image")}`;
}

function memoryText({ predicted, steps }: Plan): string {
  const { peakHostBytes, peakDeviceBytes = 0, peak } = predicted;
  if (peakHostBytes === undefined)
    return "not known before the run: shape or dtype of the images is not known";
  const where = peak ? `, at step ${peak.step + 1} "${steps[peak.step]?.name}"` : "";
  const device = peakDeviceBytes > 0 ? `; at most ${bytesText(peakDeviceBytes)} on a device` : "";
  return `at most ${bytesText(peakHostBytes)} of arrays and working memory at once in a worker${where}${device}`;
}

function dataText({ predicted: { bytesRead, bytesWritten } }: Plan): string {
  if (bytesRead === undefined) return "not known before the run";
  return `${bytesText(bytesRead)} read, ${bytesText(bytesWritten ?? 0)} written before packing`;
}
