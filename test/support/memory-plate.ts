import {
  castArray,
  createHostArray,
  createMemoryBackend,
  type DType,
  type HostArray,
  type ImageKey,
  imageName,
  type MemoryBackend,
  type PlateIndex,
  type PlateLayout,
  type StorageBackend,
  type StorageProvider,
} from "@platewright/core";

/** A plate to make in memory. */
export interface MemoryPlateSpec {
  readonly wells: readonly string[];
  readonly channels: number;
  readonly planes: number;
  readonly shape: readonly [height: number, width: number];
  /** Default: uint16. */
  readonly dtype?: DType;
}

/** A storage and a layout that live in memory, in Node and in a page, with one plate at `"plate"`. */
export interface MemoryPlate {
  readonly storage: StorageProvider;
  readonly layout: PlateLayout;
  /** The images that a run has written to a location, by path. */
  images(location: string): Record<string, HostArray>;
}

/** Makes a plate of images with round blobs on an uneven background; the same for the same words. */
export function createMemoryPlate(spec: MemoryPlateSpec): MemoryPlate {
  const places = new Map<string, MemoryBackend>();
  const placeOf = (location: string): MemoryBackend => {
    const place = places.get(location) ?? createMemoryBackend();
    places.set(location, place);
    return place;
  };
  const keys = keysOf(spec);
  const plate = placeOf("plate");
  const { dtype = "uint16" } = spec;
  for (const key of keys) plate.writeValue(imageName(key), castArray(paintImage(key, spec.shape), dtype));
  const index: PlateIndex = {
    layout: "in-memory",
    name: "plate",
    wells: spec.wells,
    images: keys.map((key) => ({ ...key, path: imageName(key) })),
    projections: [],
    shape: spec.shape,
    dtype,
    missing: [],
    notes: [],
  };
  const written = new Map<string, Map<string, HostArray>>();
  return {
    storage: {
      kind: "storage",
      name: "disk",
      persistent: true,
      open: (location) => openPlace(location, placeOf(location), written),
      resolve: (location) => location,
      contains: (outer, inner) => outer === inner,
    },
    layout: {
      kind: "layout",
      name: "in-memory",
      detect: (storage) => (storage.location === "plate" ? "it lies in memory" : undefined),
      index: () => index,
    },
    images: (location) =>
      Object.fromEntries([...(written.get(location) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function openPlace(
  location: string,
  place: MemoryBackend,
  written: Map<string, Map<string, HostArray>>,
): StorageBackend {
  const images = written.get(location) ?? new Map<string, HostArray>();
  written.set(location, images);
  return {
    ...place,
    name: "disk",
    location,
    persistent: true,
    readArray(path, { into } = {}) {
      const image = place.readValue(path) as HostArray;
      const data = into?.({ shape: image.shape, dtype: image.dtype });
      if (!data) return image;
      data.set(image.data as never);
      return createHostArray(image.shape, image.dtype, data);
    },
    writeArray(path, { shape, dtype, data }) {
      images.set(path, createHostArray(shape, dtype, data.slice() as never));
    },
    writeValue: (path, value, options) => place.writeValue(path, JSON.parse(JSON.stringify(value)), options),
    remove(path) {
      if (!images.delete(path)) place.remove(path);
    },
  };
}

function keysOf({ wells, channels, planes }: MemoryPlateSpec): readonly ImageKey[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1));
  return wells.flatMap((well) =>
    upTo(channels).flatMap((channel) =>
      upTo(planes).map((z): ImageKey => ({ well, site: "1", channel, z, timepoint: "1" })),
    ),
  );
}

function paintImage({ well, channel, z }: ImageKey, [height, width]: readonly [number, number]): HostArray {
  const seed = [...`${well} ${channel} ${z}`].reduce(
    (sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973,
    7,
  );
  const image = new Uint16Array(height * width);
  const blobs = Array.from({ length: 9 }, (_, i) => ({
    y: (seed * (i + 3) * 7) % height,
    x: (seed * (i + 5) * 11) % width,
    radius: 2 + ((seed + i) % 5),
  }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = blobs.filter((blob) => (blob.y - y) ** 2 + (blob.x - x) ** 2 <= blob.radius ** 2).length;
      const noise = (seed * 13 + y * 71 + x * 37 + ((y * x) % 101) * 17) % 97;
      image[y * width + x] = 400 + y * 3 + x + noise + 2500 * inside;
    }
  }
  return createHostArray([height, width], "uint16", image);
}
