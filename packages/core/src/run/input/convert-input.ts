import type { Plan } from "../../compile/plan/plan.ts";
import { isPlatewrightError, PlatewrightError } from "../../errors.ts";
import { sliceOf } from "../../memory/host-array.ts";
import { hostPool } from "../../memory/host-pool.ts";
import type { PlateImage } from "../../plate/plate-layout.ts";
import type { PlateStore } from "../../plate/plate-store.ts";
import type { Results } from "../output/results.ts";
import type { WellScope } from "../run-well.ts";
import { readStack } from "./read-stack.ts";
import { sourceOf } from "./source-of.ts";

/**
 * Declares the plate that the images are converted into, where the plan has one. One from the same images stays, with
 * the wells that are finished. Throws "exists" where there is another and it may not be replaced.
 */
export async function declareInput(plan: Plan, results: Results, overwrite: boolean): Promise<void> {
  const { input } = plan;
  if (!input) return;
  const storage = results.plates(input);
  const present = await storage.joinPlate(input.folder).catch((error: unknown) => {
    if (!isPlatewrightError(error, "not-found")) throw error;
  });
  if (JSON.stringify(present?.declaration) === JSON.stringify(input.declaration)) return;
  await storage.declarePlate(input.folder, input.declaration, { overwrite });
}

/**
 * Where the images of a well are read: the plate, or the plate that they are converted into, which is done first where
 * it is not done yet, and again where their files have changed since. A conversion that fails leaves nothing of the well.
 * `stamped` is what `sourceOf` told, where it did.
 */
export async function inputOf(
  well: string,
  scope: WellScope,
  stamped: Promise<string | undefined>,
): Promise<Pick<WellScope, "plate" | "images">> {
  const { plan, images, plate, results } = scope;
  if (!plan.input) return { images, plate };
  const store = await results.plates(plan.input).joinPlate(plan.input.folder);
  const source = (await stamped) ?? (await sourceOf(images, plate, scope.signal));
  const present = await store.hasWell(well);
  const isChanged = present && (await store.sourceOf(well)) !== source;
  if (isChanged) {
    scope.onEvent({ type: "input-changed", well, since: "converted" });
    await store.removeWell(well);
  }
  if (!present || isChanged) {
    try {
      await convert(images, scope, store);
      await store.finishWell(well, source);
    } catch (reason) {
      await store.removeWell(well).catch(() => undefined);
      throw reason;
    }
  }
  const { backend, locate } = await store.openWell(well);
  const located = images.map((image): PlateImage => {
    const place = locate(image);
    if (place) return { ...image, ...place };
    throw new PlatewrightError("not-found", `Well ${well} of "${plan.input?.folder}" lacks an image.`, {
      well,
    });
  });
  return { plate: backend, images: located };
}

const imagesAtOnce = 4;

async function convert(
  images: readonly PlateImage[],
  { plate, signal }: WellScope,
  store: PlateStore,
): Promise<void> {
  const convertOne = async (image: PlateImage): Promise<void> => {
    const { path, site } = image;
    const stack = await readStack(plate, [image], signal);
    try {
      await store.writePlane(image, sliceOf(stack, 0), { signal });
    } catch (cause) {
      if (!isPlatewrightError(cause, "array")) throw cause;
      throw new PlatewrightError(
        "array",
        `"${path}" can't be converted with the other images of site ${site}: ${cause.message} Export it again like the others, or run without converting.`,
        { path, cause },
      );
    } finally {
      hostPool.release(stack.data);
    }
  };
  // The first image of a site says what the others must be like, so that what is told does not depend on who is faster.
  const firsts = new Set(new Map(images.map((image) => [image.site, image] as const).reverse()).values());
  for (const first of [true, false]) {
    const left = images.filter((image) => firsts.has(image) === first);
    const work = async (): Promise<void> => {
      for (let image = left.shift(); image; image = left.shift()) await convertOne(image);
    };
    const workers = Array.from({ length: imagesAtOnce }, work);
    const failed = (await Promise.allSettled(workers)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }
}
