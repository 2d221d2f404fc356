import { PlatewrightError } from "../../errors.ts";
import { type HostArray, sliceOf } from "../../memory/host-array.ts";
import { hostPool } from "../../memory/host-pool.ts";
import type { PlateImage } from "../../plate/plate-layout.ts";
import { methodOf } from "../../vfs/capability.ts";
import type { ArrayDescription, StorageBackend } from "../../vfs/storage-backend.ts";

/**
 * Reads images into one [Z, Y, X] stack out of the shared pool, in the order given. Throws what the storage throws, and
 * "array" or "dtype" where the images differ in shape or dtype, naming the file, what it holds and what the first one holds.
 */
export async function readStack(
  backend: StorageBackend,
  images: readonly PlateImage[],
  signal: AbortSignal | undefined,
): Promise<HostArray> {
  const readArray = methodOf(backend, "readArray");
  let stack: HostArray | undefined;
  let first: PlateImage | undefined;
  const place = (image: PlateImage, z: number) => (found: ArrayDescription) => {
    if (found.shape.length !== 2) throw severalPlanes(image, found);
    if (!stack) {
      stack = hostPool.allocate([images.length, ...found.shape], found.dtype);
      first = image;
    } else if (first) checkAlike(image, found, first, stack);
    return sliceOf(stack, z).data;
  };
  const reads = images.map(async (image, z) =>
    readArray(image.path, { plane: image.plane, into: place(image, z), signal }),
  );
  const failed = (await Promise.allSettled(reads)).find((read) => read.status === "rejected");
  if (!stack || failed) {
    if (stack) hostPool.release(stack.data);
    throw failed?.reason ?? new PlatewrightError("array", "A stack of no images was asked for.");
  }
  return stack;
}

function checkAlike(image: PlateImage, found: ArrayDescription, first: PlateImage, stack: HostArray): void {
  const [, height, width] = stack.shape;
  if (found.shape[0] !== height || found.shape[1] !== width)
    throw misfit(
      "array",
      image,
      `has the shape (${found.shape.join(", ")}), but "${first.path}" of the same stack has (${height}, ${width}). The images of a stack have one shape: export it again like the others`,
    );
  if (found.dtype !== stack.dtype)
    throw misfit(
      "dtype",
      image,
      `is ${found.dtype}, but "${first.path}" of the same stack is ${stack.dtype}. The images of a stack have one dtype: save it again like the others`,
    );
}

function severalPlanes(image: PlateImage, { shape }: ArrayDescription): PlatewrightError {
  return misfit(
    "array",
    image,
    `holds an array of shape (${shape.join(", ")}) where one [Y, X] plane was expected, as the first images of the plate hold. Save each page as an image of its own`,
  );
}

function misfit(code: "array" | "dtype", { path }: PlateImage, what: string): PlatewrightError {
  return new PlatewrightError(code, `"${path}" ${what}, or leave the well out.`, { path });
}
