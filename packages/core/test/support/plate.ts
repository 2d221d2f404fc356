import {
  compareKeys,
  createHostArray,
  createPlatewright,
  createTypedArray,
  type DType,
  type HostArray,
  type ImageKey,
  type Plate,
  type PlateImage,
  type PlateIndex,
  type PlateLayout,
  type Platewright,
  type Plugin,
} from "@platewright/core";
import { gridBackend } from "./grid.ts";
import { createFakeDisk, type FakeDisk } from "./storage.ts";

/** A plate to make: how many of each component, and what its pixels are. */
export interface PlateSpec {
  readonly wells?: readonly string[];
  readonly sites?: number;
  readonly channels?: number;
  readonly planes?: number;
  readonly timepoints?: number;
  readonly shape?: readonly [height: number, width: number];
  readonly dtype?: DType;
  /** Images that the plate lacks. */
  readonly lacks?: (key: ImageKey) => boolean;
  /** What the index says besides. */
  readonly index?: Partial<PlateIndex>;
}

/** An installation with a disk in memory and a plate on it. */
export interface Bench {
  readonly pw: Platewright;
  readonly disk: FakeDisk;
  readonly plate: Plate;
}

/** Installs the memory type `grid`, a fake disk and a plate at `/plates/test`, and opens it. */
export async function createBench(spec: PlateSpec = {}, ...plugins: readonly Plugin[]): Promise<Bench> {
  const disk = createFakeDisk();
  const pw = createPlatewright(gridBackend(), disk.provider, putPlate(disk, spec), ...plugins);
  return { pw, disk, plate: await pw.openPlate("/plates/test") };
}

/** Puts a plate on a disk; its layout claims it by the file `plate.json`. */
export function putPlate(disk: FakeDisk, spec: PlateSpec = {}): PlateLayout {
  const { shape = [2, 3], dtype = "uint16", lacks = () => false } = spec;
  const keys = keysOf(spec);
  disk.put("/plates/test", "plate.json", {});
  const images = keys.filter((key) => !lacks(key)).map((key): PlateImage => ({ ...key, path: pathOf(key) }));
  for (const image of images) disk.put("/plates/test", image.path, imageOf(image, shape, dtype));
  const index: PlateIndex = {
    layout: "test",
    name: "Test plate",
    wells: [...new Set(images.map(({ well }) => well))],
    images,
    projections: [],
    shape,
    dtype,
    missing: keys.filter(lacks),
    notes: [],
    ...spec.index,
  };
  return {
    kind: "layout",
    name: "test",
    detect: async (storage) => ((await storage.has("plate.json")) ? "plate.json" : undefined),
    index: () => structuredClone(index),
  };
}

/** The value of a pixel: different for each image, small enough for every dtype. */
export function pixelOf({ well, site, channel, z, timepoint }: ImageKey, at: number): number {
  const image = well.charCodeAt(0) + Number(well.slice(1)) * 3 + Number(site) * 5 + Number(channel) * 7;
  return (image + Number(z) * 11 + Number(timepoint) * 13 + at * 17) % 100;
}

/** One image as it lies on the disk, [Y, X]. */
export function imageOf(key: ImageKey, shape: readonly number[], dtype: DType): HostArray {
  const data = createTypedArray(dtype, (shape[0] as number) * (shape[1] as number));
  for (let i = 0; i < data.length; i++) data[i] = dtype === "bool" ? pixelOf(key, i) % 2 : pixelOf(key, i);
  return createHostArray(shape, dtype, data);
}

/** Where an image lies on the plate. */
export function pathOf({ well, site, channel, z, timepoint }: ImageKey): string {
  return `raw/${well}-s${site}-c${channel}-z${z}-t${timepoint}`;
}

/** The keys of all images of a plate to make, sorted. */
export function keysOf(spec: PlateSpec): readonly ImageKey[] {
  const { wells = ["A01", "A02"], sites = 1, channels = 2, planes = 3, timepoints = 1 } = spec;
  const upTo = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => String(i + 1));
  return wells
    .flatMap((well) =>
      upTo(timepoints).flatMap((timepoint) =>
        upTo(sites).flatMap((site) =>
          upTo(channels).flatMap((channel) =>
            upTo(planes).map((z): ImageKey => ({ well, timepoint, site, channel, z })),
          ),
        ),
      ),
    )
    .sort(compareKeys);
}
