import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHostArray } from "@platewright/core";
import { encodeCsv, encodeTiff } from "@platewright/vfs-disk";
import { paintField } from "./paint-field.ts";
import { plantCells } from "./plant-cells.ts";
import { createRandom } from "./random.ts";

/** What is known of one field of the plate. */
export interface FieldTruth {
  readonly well: string;
  readonly site: number;
  /** Cells that were planted. */
  readonly cells: number;
  /** Cells among them whose nucleus touches another one. */
  readonly touching: number;
}

/** The demo's plate: rows and columns of wells, with fewer cells from well to well, as in a series of doses. */
export const demoPlate = {
  rows: 2,
  columns: 3,
  sites: 2,
  planes: 3,
  size: 512,
  /** µm. */
  pixelSize: 0.65,
  channelNames: ["Nuclei", "Cytoplasm"],
  /** Mean number of cells in a site, by well. */
  doses: [88, 74, 60, 46, 34, 24],
} as const;

const seed = 20240101;
const imageFolder = "TimePoint_1";

interface Field {
  readonly well: string;
  readonly site: number;
  readonly index: number;
  readonly mean: number;
}

function listFields(): readonly Field[] {
  return demoPlate.doses.flatMap((mean, index) => {
    const well = `${"AB"[Math.floor(index / demoPlate.columns)]}0${(index % demoPlate.columns) + 1}`;
    return Array.from({ length: demoPlate.sites }, (_, site) => ({ well, site: site + 1, index, mean }));
  });
}

/** The paths of all files of the plate, below its folder. */
export function listPlateFiles(): readonly string[] {
  const images = listFields().flatMap((field) =>
    demoPlate.channelNames.flatMap((_, channel) =>
      Array.from({ length: demoPlate.planes }, (_, z) => imagePath(field, channel, z)),
    ),
  );
  return [...images, "demo.HTD", "truth.csv"];
}

/** Writes the plate as an ImageXpress microscope would, and `truth.csv` beside it. The same plate at every call. */
export async function makePlate(folder: string): Promise<readonly FieldTruth[]> {
  await mkdir(join(folder, imageFolder), { recursive: true });
  const truth: FieldTruth[] = [];
  const { size, planes, pixelSize, channelNames } = demoPlate;
  for (const field of listFields()) {
    const random = createRandom(seed, field.index, field.site);
    const cells = plantCells(
      { cells: Math.round(field.mean * random.between(0.9, 1.1)), size, planes },
      random,
    );
    truth.push({
      well: field.well,
      site: field.site,
      cells: cells.length,
      touching: cells.filter(({ touching }) => touching).length,
    });
    const files = paintField(cells, { size, planes }, random).flatMap((stack, channel) =>
      stack.map((image, z) => ({
        path: imagePath(field, channel, z),
        bytes: encodeTiff(createHostArray([size, size], "uint16", image), {
          pixelSize: { x: pixelSize, y: pixelSize },
          channelNames: [channelNames[channel] ?? ""],
        }),
      })),
    );
    await Promise.all(files.map(({ path, bytes }) => writeFile(join(folder, path), bytes)));
  }
  await writeFile(join(folder, "demo.HTD"), htdText());
  await writeFile(join(folder, "truth.csv"), encodeCsv(truth.map((row) => ({ ...row }))));
  return truth;
}

function imagePath({ well, site }: Field, channel: number, z: number): string {
  return `${imageFolder}/${well}_s${site}_w${channel + 1}_z${z + 1}_t1.tif`;
}

/** The microscope's own description of the plate. */
function htdText(): string {
  const { rows, columns, sites, planes, channelNames } = demoPlate;
  const all = (count: number): string => Array.from({ length: count }, () => "TRUE").join(", ");
  const lines = [
    '"HTSInfoFile", Version 1.0',
    '"Description", "Platewright demo: cells of known number"',
    '"TimePoints", 1',
    '"ZSeries", TRUE',
    `"ZSteps", ${planes}`,
    '"ZProjection", FALSE',
    `"XWells", ${columns}`,
    `"YWells", ${rows}`,
    ...Array.from({ length: rows }, (_, row) => `"WellsSelection${row + 1}", ${all(columns)}`),
    '"Sites", TRUE',
    `"XSites", ${sites}`,
    '"YSites", 1',
    `"SiteSelection1", ${all(sites)}`,
    '"Waves", TRUE',
    `"NWavelengths", ${channelNames.length}`,
    ...channelNames.flatMap((name, i) => [`"WaveName${i + 1}", "${name}"`, `"WaveCollect${i + 1}", 1`]),
    '"EndFile"',
  ];
  return `${lines.join("\r\n")}\r\n`;
}
