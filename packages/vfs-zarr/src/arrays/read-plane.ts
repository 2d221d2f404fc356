import {
  type ArrayDescription,
  bytesPerElement,
  createTypedArray,
  type DType,
  fromStored,
  type HostArray,
  PlatewrightError,
  type ReadArrayOptions,
  sizeOf,
  storedDType,
  type TypedArray,
  viewOf,
} from "@platewright/core";
import pLimit from "p-limit";
import { allOf } from "../all-of.ts";
import type { Recent } from "../recent.ts";
import type { DecodedChunk, OpenArray } from "./open-array.ts";

/**
 * Reads one [Y, X] plane of an array of any rank (`plane`: an index for each leading axis), or, without `plane`, an array
 * of up to three axes, or one whose leading axes have length 1, as it is: [Y, X] or [Z, Y, X]. Only the chunks that the
 * plane meets are read. Throws "array" for indices that the array does not have.
 */
export async function readPlanes(
  array: OpenArray,
  cache: Recent<DecodedChunk>,
  options: ReadArrayOptions,
): Promise<HostArray> {
  const { shape, dtype } = array.facts;
  const leading = shape.slice(0, -2);
  const [height, width] = planeShape(array);
  const planes = chosenPlanes(array, leading, options.plane);
  const several = options.plane === undefined && leading.some((length) => length !== 1);
  const found = several ? [planes.length, height, width] : [height, width];
  const data = targetFor({ shape: found, dtype }, options);
  const isStored = storedDType(dtype) === dtype;
  const stored = isStored ? data : createTypedArray(storedDType(dtype), data.length);
  const size = height * width;
  const limited = pLimit(array.readsAtOnce);
  const readInto = (plane: readonly number[], i: number) =>
    readPlane(array, cache, plane, stored.subarray(i * size, (i + 1) * size), options.signal);
  await allOf(planes.map((plane, i) => limited(() => readInto(plane, i))));
  if (!isStored) fromStored(dtype, stored, data);
  return { shape: found, dtype, data } as HostArray;
}

function targetFor(
  found: ArrayDescription & { readonly dtype: DType },
  options: ReadArrayOptions,
): TypedArray {
  const size = sizeOf(found.shape);
  const data = options.into?.(found);
  if (data === undefined) return allocate(found, size);
  if (data.length === size) return data;
  throw new PlatewrightError(
    "array",
    `The pixels of shape (${found.shape.join(", ")}) do not go into ${data.length} values. Answer an array of that length from "into".`,
  );
}

/** Memory of whatever content: every value of it is read. */
function allocate(found: ArrayDescription & { readonly dtype: DType }, size: number): TypedArray {
  try {
    const { buffer } = Buffer.allocUnsafeSlow(size * bytesPerElement(found.dtype));
    return viewOf(found.dtype, buffer, 0, size);
  } catch (cause) {
    throw new PlatewrightError(
      "out-of-memory",
      `There is no room in memory for ${found.dtype} of shape (${found.shape.join(", ")}). Read it plane by plane.`,
      { shape: found.shape, cause },
    );
  }
}

function planeShape({ path, facts: { shape } }: OpenArray): readonly [number, number] {
  const [height, width] = shape.slice(-2);
  if (shape.length >= 2 && height !== undefined && width !== undefined) return [height, width];
  throw new PlatewrightError("array", `"${path}" has ${shape.length} axes; an image has two or more.`, {
    path,
  });
}

function chosenPlanes(
  { path, facts: { shape } }: OpenArray,
  leading: readonly number[],
  plane: readonly number[] | undefined,
): readonly (readonly number[])[] {
  const fail = (what: string) =>
    new PlatewrightError("array", `"${path}" of shape (${shape.join(", ")}) ${what}`, { path, plane });
  if (plane) {
    const fits = plane.length === leading.length && plane.every((n, i) => isIndex(n, leading[i] ?? 0));
    if (!fits)
      throw fail(`has no plane (${plane.join(", ")}). Give an index for each axis before the last two.`);
    return [plane];
  }
  const longer = leading.flatMap((length, axis) => (length === 1 ? [] : [axis]));
  if (longer.length > 1) throw fail("holds more than a stack. Name a plane of it.");
  const [axis] = longer;
  if (axis === undefined) return [leading.map(() => 0)];
  return Array.from({ length: leading[axis] ?? 0 }, (_, n) => leading.map((__, i) => (i === axis ? n : 0)));
}

function isIndex(n: number, length: number): boolean {
  return Number.isInteger(n) && n >= 0 && n < length;
}

async function readPlane(
  array: OpenArray,
  cache: Recent<DecodedChunk>,
  plane: readonly number[],
  target: TypedArray,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { chunkShape, path } = array;
  const [height, width] = planeShape(array);
  const [chunkHeight = 1, chunkWidth = 1] = chunkShape.slice(-2);
  const above = plane.map((n, axis) => Math.floor(n / (chunkShape[axis] ?? 1)));
  const within = plane.map((n, axis) => n % (chunkShape[axis] ?? 1));
  const holdsMore = chunkShape.slice(0, -2).some((length) => length > 1);
  const places: (readonly [number, number])[] = [];
  for (let row = 0; row * chunkHeight < height; row += 1)
    for (let column = 0; column * chunkWidth < width; column += 1) places.push([row, column]);
  const isWhole = !holdsMore && chunkHeight === height && chunkWidth === width;
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  if (isWhole && (await array.readChunkInto([...above, 0, 0], bytes, signal))) return;
  const copyInto = ({ data, strides }: DecodedChunk, top: number, left: number): void => {
    const values = data as unknown as TypedArray;
    const start = within.reduce((sum, n, axis) => sum + n * (strides[axis] ?? 0), 0);
    const [down = 0, right = 0] = strides.slice(-2);
    const rows = Math.min(chunkHeight, height - top);
    const columns = Math.min(chunkWidth, width - left);
    if (right === 1 && down === width && columns === width) {
      target.set(values.subarray(start, start + rows * width), top * width);
      return;
    }
    for (let row = 0; row < rows; row += 1) {
      const from = start + row * down;
      const to = (top + row) * width + left;
      if (right === 1) target.set(values.subarray(from, from + columns), to);
      else for (let x = 0; x < columns; x += 1) target[to + x] = values[from + x * right] as number;
    }
  };
  const limited = pLimit(array.readsAtOnce);
  const readPlace = async (place: readonly [number, number]): Promise<void> => {
    const position = [...above, ...place];
    const chunk = holdsMore
      ? await cache(`${path}\0${position.join("/")}`, () => array.readChunk(position, undefined))
      : await array.readChunk(position, signal);
    copyInto(chunk, place[0] * chunkHeight, place[1] * chunkWidth);
  };
  await allOf(places.map((place) => limited(() => readPlace(place))));
}
