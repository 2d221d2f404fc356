import {
  createPlatewright,
  type MemoryType,
  memoryTypesOf,
  type Pipeline,
  type Plan,
  type Platewright,
  type Plugin,
} from "@platewright/core";
import { microscopes } from "@platewright/microscopes";
import { disk } from "@platewright/vfs-disk";
import { zarr } from "@platewright/vfs-zarr";

/** What looks at plates only: the storages and the layouts, and plugins. Loads no memory type of its own. */
export function installForPlates(plugins: readonly Plugin[] = []): Platewright {
  return createPlatewright(disk(), zarr(), ...microscopes(), ...plugins);
}

/**
 * All that a pipeline or a plan needs, and the plugins of its module. Of the memory types only those that are used are
 * loaded, and none that a plugin brings. Throws "registry" for another plugin that is there already.
 */
export async function installFor(
  used: Pipeline | Plan,
  plugins: readonly Plugin[] = [],
): Promise<Platewright> {
  const names = used.kind === "plan" ? memoryTypesIn(used) : memoryTypesOf(used);
  const memory = await memoryPlugins(names, plugins);
  return createPlatewright(disk(), zarr(), ...microscopes(), ...memory, ...plugins);
}

/** The memory types that a plan names, and those that may stand in for them. */
function memoryTypesIn({ steps }: Plan): ReadonlySet<string> {
  const calls = steps.flatMap(({ chains }) => Object.values(chains).flatMap((chain) => chain.calls));
  const names = calls.flatMap(({ input, output, cpuTwin, conversion }) => [
    input,
    output,
    ...(cpuTwin === undefined ? [] : [cpuTwin]),
    ...(conversion?.route ?? []).map(({ to }) => to),
  ]);
  return new Set(names);
}

async function memoryPlugins(
  names: ReadonlySet<string>,
  plugins: readonly Plugin[],
): Promise<readonly Plugin[]> {
  const brought = plugins.filter((plugin): plugin is MemoryType => plugin?.kind === "memory-type");
  const isBrought = (name: string): boolean => brought.some((type) => type.name === name);
  const { ndarrayBackend } = await import("@platewright/backend-ndarray");
  const ndarray = isBrought("ndarray") ? [] : [ndarrayBackend()];
  const lacking = ["webgpu", "tfjs"].filter((name) => names.has(name) && !isBrought(name));
  if (lacking.length === 0) return ndarray;
  const { gpuPlugins } = await import("./install-gpu.ts");
  return [...ndarray, ...(await gpuPlugins(lacking, [...ndarray, ...brought]))];
}
