import { createPlatewright, type PlateLayout, type Platewright, type Plugin } from "@platewright/core";
import { microscopes } from "@platewright/microscopes";
import { disk } from "@platewright/vfs-disk";
import { zarr } from "@platewright/vfs-zarr";

/** What looks at plates only: the storages and the layouts. Loads no memory type. */
export function installForPlates(layouts: readonly PlateLayout[] = []): Platewright {
  return createPlatewright(disk(), zarr(), ...microscopes(), ...layouts);
}

/** All that this program knows, and what a pipeline's module adds. Throws "registry" for a plugin that is there already. */
export async function installAll(plugins: readonly Plugin[] = []): Promise<Platewright> {
  const { ndarrayBackend } = await import("@platewright/backend-ndarray");
  return createPlatewright(disk(), zarr(), ...microscopes(), ndarrayBackend(), ...plugins);
}
