import { valuesOf } from "../../plate/image-set.ts";
import type { PhaseContext } from "../draft.ts";
import type { PlannedInput } from "../plan/plan.ts";
import { plateHash } from "../plan/plan-hash.ts";
import { declarePlate } from "./declare-plate.ts";

/**
 * The plate that the images are converted into before the steps read them, where the setting `convertInput` asks for it
 * and they are not in a storage of plates already. It lies with the results, in the results' storage if that keeps
 * plates, else in the first one that does; a plate from the same images is read again by later runs.
 */
export function planInput(context: PhaseContext): PlannedInput | undefined {
  const { plate, settings, storages } = context;
  const { convertInput, storage } = settings.values;
  if (!convertInput || storages.get(plate.storage)?.keepsPlates) return undefined;
  const keepers = [...storages.values()].filter(({ keepsPlates }) => keepsPlates);
  const keeper = keepers.find(({ name }) => name === storage) ?? keepers[0];
  if (!keeper) {
    context.report(
      undefined,
      "storage-unknown",
      "The plate's images shall be converted, but no storage that keeps plates is installed.",
      "Install one, such as zarr(), or leave convertInput out.",
    );
    return undefined;
  }
  const { wells, images, channelNames } = plate.index;
  const values = valuesOf(images);
  const location = storages.get(plate.storage)?.resolve(plate.location) ?? plate.location;
  return {
    storage: keeper.name,
    folder: "input.zarr",
    declaration: {
      // All wells, not only those of this run: which are written shows which were converted.
      ...declarePlate(
        plate.index,
        { wells, channelNames, valuesOf: (component) => values[component] },
        settings,
      ),
      source: `${plate.storage}:${location} ${plateHash(plate)}`,
    },
  };
}
