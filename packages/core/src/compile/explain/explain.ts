import { PlatewrightError } from "../../errors.ts";
import { type ImageSet, positionsOf } from "../../plate/image-set.ts";
import type { PlateDeclaration } from "../../plate/plate-store.ts";
import { diagnosticText } from "../diagnostic.ts";
import type { Plan, PlannedPlate, PlannedStore, WellTemplate } from "../plan/plan.ts";
import { stepLines } from "./explain-step.ts";
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

/** The plates that a plan's images are kept in, and the one that its input is converted into, a line each. */
function storeLines(plan: Plan): readonly string[] {
  const { input, stores } = plan;
  return [
    ...(input
      ? labelled("input", 2, [`${input.folder},`, formatText(input.declaration), "made once from the plate"])
      : []),
    ...stores.flatMap((store, i) =>
      labelled(i === 0 ? "plates" : "", 2, [
        `${store.folder},`,
        formatText(store.declaration),
        holdsText(plan, store),
      ]),
    ),
  ];
}

function formatText({ version, codec, chunkSize }: PlateDeclaration): string {
  const chunks = chunkSize === undefined ? [] : [`chunks of ${chunkSize} × ${chunkSize}`];
  return [...(version === undefined ? [] : [`OME-Zarr ${version}`]), codec ?? "packed as usual", ...chunks]
    .join(", ")
    .concat(":");
}

function holdsText({ steps }: Plan, { step, holds, declaration, labels = [] }: PlannedStore): string {
  const nameOf = (index: number): string => `"${steps[index]?.name}"`;
  const what = declaration.images === "labels" ? "labels" : "images";
  const images =
    holds === "input" ? `the images that ${nameOf(step)} reads` : `the ${what} of ${nameOf(step)}`;
  const beside = labels.map(({ step: index }) => `the labels of ${nameOf(index)}`);
  return [images, ...beside].join(" and ");
}
