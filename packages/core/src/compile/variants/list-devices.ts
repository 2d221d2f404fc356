import type { MemoryRegistry } from "../../memory/memory-registry.ts";
import type { DeviceId, MemoryTypeName } from "../../memory/memory-type.ts";
import type { Pipeline } from "../../pipeline/define-pipeline.ts";
import type { DevicesThere } from "../draft.ts";
import { memoryTypesOf } from "../steps/plan-code.ts";

/** Asks for the devices of every GPU memory type that a pipeline could use; nothing is asked where it uses none. */
export async function listDevices(
  pipeline: Pipeline,
  memory: MemoryRegistry,
  wanted: DeviceId | undefined,
): Promise<ReadonlyMap<string, DevicesThere>> {
  const there = new Map<string, DevicesThere>();
  for (const name of memoryTypesOf(pipeline)) {
    if (!memory.has(name) || memory.get(name as MemoryTypeName).processor === "cpu") continue;
    there.set(name, await devicesFor(name as MemoryTypeName, memory, wanted));
  }
  return there;
}

async function devicesFor(
  name: MemoryTypeName,
  memory: MemoryRegistry,
  wanted: DeviceId | undefined,
): Promise<DevicesThere> {
  const { devices: provider } = memory.get(name);
  if (!provider) return { devices: [], remedy: `The memory type ${name} names no devices.` };
  const all = await provider.list();
  if (all.length === 0) return { devices: [], remedy: await provider.remedy() };
  const hardware = all.filter(({ processor }) => processor === "hardware");
  // A program that stands in for a GPU is used only where there is nothing better.
  const best = hardware.length > 0 ? hardware : all;
  const devices = wanted === undefined ? best : all.filter(({ id }) => id === wanted);
  if (devices.length > 0) return { devices };
  return { devices, remedy: `There is no "${wanted}". There are: ${all.map(({ id }) => id).join(", ")}.` };
}
