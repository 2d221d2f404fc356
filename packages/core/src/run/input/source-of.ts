import { hashOf } from "../../compile/plan/hash.ts";
import type { PlateImage } from "../../plate/plate-layout.ts";
import type { StorageBackend } from "../../vfs/storage-backend.ts";

/** A text that changes when a file of the images does; `undefined` where the storage can't tell. Throws what the storage throws. */
export async function sourceOf(
  images: readonly PlateImage[],
  { stamp }: StorageBackend,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!stamp) return undefined;
  const paths = [...new Set(images.map(({ path }) => path))].sort();
  const stamps = await Promise.all(paths.map(async (path) => [path, await stamp(path, { signal })]));
  return hashOf(stamps);
}
