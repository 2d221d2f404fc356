import {
  isPlatewrightError,
  type Plate,
  type PlateLayout,
  type Platewright,
  PlatewrightError,
  type StorageBackend,
} from "@platewright/core";
import { namePattern } from "@platewright/microscopes";
import { UsageError } from "./flags/usage-error.ts";
import { unknownPlateError } from "./inspect/unknown-plate.ts";

/** How the user says what kind of plate it is; plain data. */
export interface PlateChoice {
  readonly plate: string;
  readonly layout?: string | undefined;
  readonly pattern?: string | undefined;
}

/** Opens a plate. Throws `UsageError` for a layout there is not, "not-found" and "plate" as core does, "plate" for an empty folder. */
export async function openChosenPlate(
  pw: Platewright,
  choice: PlateChoice,
  signal?: AbortSignal,
): Promise<Plate> {
  const layout = chosenLayout(pw, choice);
  try {
    return await pw.openPlate(choice.plate, { layout, signal });
  } catch (thrown) {
    if (!isPlatewrightError(thrown, "plate")) throw thrown;
    const backend = await openFolder(pw, choice.plate);
    if (!backend) throw thrown;
    if (await isEmpty(backend)) {
      throw new PlatewrightError(
        "plate",
        `The folder "${choice.plate}" is empty. Give the folder that holds the plate.`,
        { cause: thrown },
      );
    }
    if (!["unknown-layout", "no-images"].includes(String(thrown.details.reason))) throw thrown;
    // A folder below that may not be read is no reason to say less than is known.
    throw await unknownPlateError(pw, choice.plate, backend, thrown).catch(() => thrown);
  }
}

function chosenLayout(pw: Platewright, { layout, pattern }: PlateChoice): string | PlateLayout | undefined {
  if (pattern !== undefined) {
    if (layout !== undefined && layout !== "pattern")
      throw new UsageError(`--pattern and --layout ${layout} exclude each other. Leave one out.`);
    return namePattern(pattern);
  }
  if (layout === "pattern")
    throw new UsageError('--layout pattern needs to know the naming. Write --pattern "{well}_s{site}.tif".');
  const names = pw.layouts.map(({ name }) => name);
  if (layout !== undefined && !names.includes(layout))
    throw new UsageError(`There is no plate layout "${layout}". There are: ${names.join(", ")}.`);
  return layout;
}

/** The folder itself, `undefined` for an address or an archive. */
async function openFolder(pw: Platewright, location: string): Promise<StorageBackend | undefined> {
  try {
    return await pw.storages.get("disk")?.open(location, { readOnly: true });
  } catch {
    return undefined;
  }
}

async function isEmpty(backend: StorageBackend): Promise<boolean> {
  for await (const _ of backend.list("")) return false;
  return true;
}
