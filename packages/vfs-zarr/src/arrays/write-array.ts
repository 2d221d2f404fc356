import {
  type HostArray,
  joinPath,
  PlatewrightError,
  type StorageBackend,
  sizeOf,
  type WriteArrayOptions,
} from "@platewright/core";
import { sumOf } from "../checksums/manifest.ts";
import { createSummedFiles } from "../checksums/summed-files.ts";
import { type Codec, codecs, type ZarrFormat } from "../codecs/encode-chunk.ts";
import { removeBelow, removeIfThere } from "../plate/remove.ts";
import { type ArrayLayout, arrayDocuments, chunkKey } from "./array-documents.ts";
import { chunkOfPlane, encodePlane } from "./encode-plane.ts";

/** The documents that make a folder an array. */
const arrayMarks: readonly string[] = [".zarray", "zarr.json"];

/**
 * Writes an array of two or more axes as a Zarr array of its own, its last two axes in chunks of one plane. It is there
 * once its metadata is, which comes last: a write that is killed leaves no array. Throws "exists" where one is there and
 * may not be overwritten, "parameter" for a codec there is not. When it throws, nothing is written any more, nor left of it.
 */
export async function writeZarrArray(
  storage: StorageBackend,
  path: string,
  array: HostArray,
  options: WriteArrayOptions,
  format: ZarrFormat,
): Promise<void> {
  const { shape, dtype } = array;
  const codec = codecNamed(options.compression, format);
  const [height, width] = shape.slice(-2);
  if (shape.length < 2 || height === undefined || width === undefined)
    throw new PlatewrightError(
      "array",
      `An array of shape (${shape.join(", ")}) has no plane to write to "${path}".`,
      { path },
    );
  await makeRoom(storage, path, options.overwrite ?? false);
  const chunks = [...shape.slice(0, -2).map(() => 1), ...chunkOfPlane([height, width])];
  const layout: ArrayLayout = { format, codec, dtype, shape, separator, chunks };
  const documents = arrayDocuments(layout, attributesOf(options));
  const files = createSummedFiles(storage, path);
  const pending: Promise<void>[] = [];
  try {
    for await (const [name, bytes] of encodeChunks(array, layout)) {
      const writing = files.write(name, bytes, options.signal);
      // What fails while others are waited for is thrown when its turn comes.
      writing.catch(() => undefined);
      pending.push(writing);
      if (pending.length >= writesAtOnce) await pending.shift();
    }
    await Promise.all(pending);
    for (const [name, bytes] of documents)
      if (arrayMarks.includes(name)) files.sums.set(name, sumOf(bytes));
      else await files.write(name, bytes, options.signal);
    await files.writeSums();
    await storage.flush?.();
    for (const [name, bytes] of documents)
      if (arrayMarks.includes(name))
        await storage.write?.(joinPath(path, name), bytes, { overwrite: true, signal: options.signal });
    await storage.flush?.();
  } catch (thrown) {
    await Promise.allSettled(pending);
    await removeZarrArray(storage, path).catch(() => undefined); // why it was not written matters more
    throw thrown;
  }
}

const writesAtOnce = 8;

/** Whether there is a Zarr array in a folder. */
export async function hasZarrArray(storage: StorageBackend, path: string): Promise<boolean> {
  for (const mark of arrayMarks) if (await storage.has(joinPath(path, mark))) return true;
  return false;
}

/** Removes a Zarr array, or what is there of one; from its first removal on it is none. */
export async function removeZarrArray(storage: StorageBackend, path: string): Promise<void> {
  for (const mark of arrayMarks) await removeIfThere(storage, joinPath(path, mark));
  await removeBelow(storage, path);
}

// One folder for all chunks: fewer folders to make and to bring to the disk.
const separator = ".";

async function* encodeChunks(
  { data }: HostArray,
  { format, codec, dtype, shape, chunks }: ArrayLayout,
): AsyncGenerator<readonly [name: string, bytes: Uint8Array], void, undefined> {
  const leading = shape.slice(0, -2);
  const [height = 0, width = 0] = shape.slice(-2);
  const [chunkHeight = 1, chunkWidth = 1] = chunks.slice(-2);
  for (let plane = 0; plane < sizeOf(leading); plane += 1) {
    const values = data.subarray(plane * height * width, (plane + 1) * height * width);
    const encoded = encodePlane(values, [height, width], [chunkHeight, chunkWidth], { dtype, codec });
    for await (const { row, column, bytes } of encoded)
      yield [chunkKey(format, [...positionOf(plane, leading), row, column], separator), bytes];
  }
}

async function makeRoom(storage: StorageBackend, path: string, overwrite: boolean): Promise<void> {
  if (!(await storage.has(path))) return;
  if (!overwrite && (await hasZarrArray(storage, path)))
    throw new PlatewrightError(
      "exists",
      `There is an array in "${path}" already. Allow it to be overwritten, or write to another path.`,
      { path },
    );
  await removeZarrArray(storage, path);
}

function attributesOf({
  pixelSize,
  name,
  channelNames,
}: WriteArrayOptions): Readonly<Record<string, unknown>> {
  const own = {
    ...(pixelSize ? { pixelSize: { x: pixelSize.x, y: pixelSize.y, unit: "µm" } } : {}),
    ...(name === undefined ? {} : { name }),
    ...(channelNames ? { channelNames } : {}),
  };
  return Object.keys(own).length > 0 ? { platewright: own } : {};
}

function codecNamed(name: string | undefined, format: ZarrFormat): Codec {
  const codec = name === undefined ? "blosc-lz4" : codecs.find((each) => each === name);
  if (codec && !(codec === "zlib" && format === 3)) return codec;
  throw new PlatewrightError(
    "parameter",
    `Zarr arrays can't be compressed by "${name}". Write one of ${codecs.join(", ")}.`,
    { compression: name },
  );
}

function positionOf(plane: number, leading: readonly number[]): readonly number[] {
  return leading.map((length, axis) => Math.floor(plane / sizeOf(leading.slice(axis + 1))) % length);
}
