import {
  isPlatewrightError,
  type Plate,
  type PlateLayout,
  type Platewright,
  PlatewrightError,
} from "@platewright/core";
import { namePattern } from "@platewright/microscopes";
import { UsageError } from "./flags/usage-error.ts";

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
    if (isPlatewrightError(thrown, "plate") && (await isEmpty(pw, choice.plate))) {
      throw new PlatewrightError(
        "plate",
        `The folder "${choice.plate}" is empty. Give the folder that holds the plate.`,
        { cause: thrown },
      );
    }
    throw thrown;
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

async function isEmpty(pw: Platewright, location: string): Promise<boolean> {
  const backend = await pw.storages.get("disk")?.open(location, { readOnly: true });
  if (!backend) return false;
  for await (const _ of backend.list("")) return false;
  return true;
}
