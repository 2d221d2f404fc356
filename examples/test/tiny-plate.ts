import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndarrayBackend } from "@platewright/backend-ndarray";
import { createHostArray, createPlatewright, type Pipeline, type RunReport } from "@platewright/core";
import { microscopes } from "@platewright/microscopes";
import { type CsvRecord, decodeCsv, decodeTiff, disk } from "@platewright/vfs-disk";
import { onTestFinished } from "vitest";

/** A plate of two wells with one site, two channels, and as many planes as asked for. */
export interface TinyPlate {
  readonly folder: string;
  /** The pixels of each plane of a well's channel. */
  pixels(well: string, channel: number): Uint16Array;
  /** Runs a pipeline on it. */
  run(pipeline: Pipeline): Promise<TinyResults>;
}

/** What a run left. */
export interface TinyResults {
  readonly report: RunReport;
  table(name: string): Promise<readonly CsvRecord[]>;
  image(path: string): Promise<ReturnType<typeof decodeTiff>>;
}

/** Nuclei by well: discs of radius 6 on channel 1. Channel 2 has a bright rectangle in their place. */
export const planted: Readonly<Record<string, number>> = { A01: 4, A02: 7 };

const size = 96;
const background = 200;
const nucleus = 1000;

/** Makes the plate in a folder that goes when the test ends. */
export async function makeTinyPlate(planes: number): Promise<TinyPlate> {
  const folder = await mkdtemp(join(tmpdir(), "platewright-examples-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const storage = await disk().open(join(folder, "plate"));
  for (const [well, nuclei] of Object.entries(planted)) {
    for (const channel of [1, 2]) {
      for (let z = 1; z <= planes; z++) {
        const parts = planes === 1 ? `w${channel}` : `w${channel}_z${z}`;
        const image = createHostArray([size, size], "uint16", pixelsOf(nuclei, channel));
        await storage.writeArray?.(`TimePoint_1/${well}_s1_${parts}.tif`, image, {
          pixelSize: { x: 0.5, y: 0.5 },
        });
      }
    }
  }
  return {
    folder: join(folder, "plate"),
    pixels: (well, channel) => pixelsOf(planted[well] ?? 0, channel),
    async run(pipeline) {
      const platewright = createPlatewright(ndarrayBackend(), disk(), ...microscopes());
      const plate = await platewright.openPlate(join(folder, "plate"));
      const plan = await platewright.compile(pipeline, plate, { out: join(folder, "results") });
      const report = await platewright.run(plan, { plate });
      const read = (path: string): Promise<Uint8Array> => readFile(join(folder, "results", path));
      return {
        report,
        table: async (name) => decodeCsv(await read(`tables/${name}.csv`)),
        image: async (path) => decodeTiff(await read(path)),
      };
    },
  };
}

function pixelsOf(nuclei: number, channel: number): Uint16Array {
  return channel === 1 ? discs(nuclei) : rectangle();
}

function discs(count: number): Uint16Array {
  return paint((y, x) =>
    Array.from({ length: count }, (_, i) => [16 + 32 * Math.floor(i / 3), 16 + 32 * (i % 3)] as const).some(
      ([centreY, centreX]) => Math.hypot(y - centreY, x - centreX) <= 6,
    ),
  );
}

function rectangle(): Uint16Array {
  return paint((y, x) => y < size / 2 && x < size / 2);
}

function paint(isBright: (y: number, x: number) => boolean): Uint16Array {
  return Uint16Array.from({ length: size * size }, (_, at) =>
    isBright(Math.floor(at / size), at % size) ? nucleus : background,
  );
}
