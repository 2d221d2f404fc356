import { type DeviceInfo, PlatewrightError } from "@platewright/core";
import {
  type FoundAdapter,
  isNullBackend,
  isSoftware,
  listAdapters,
  maxArrayBytes,
  nameOf,
} from "./adapters.ts";
import { adapterRemedy, findGpu } from "./find-gpu.ts";

/** A device that can be opened. */
export interface DeviceOffer {
  readonly info: DeviceInfo;
  /** Whether the provider destroys it after its last lease, and can open a fresh one after a loss. */
  readonly isOwned: boolean;
  open(): Promise<GPUDevice>;
}

/** The devices there are; else, as a sentence, what would help. */
export async function offerDevices(budgetBytes?: number): Promise<readonly DeviceOffer[] | string> {
  const source = await findGpu();
  if (typeof source === "string") return source;
  const adapters = await listAdapters(source).catch(() => []);
  return adapters.length === 0 ? adapterRemedy() : adapters.map((adapter, i) => own(adapter, i, budgetBytes));
}

/** A device that somebody else opened and will destroy. Throws "device" for one that computes nothing. */
export function offerBorrowed(device: GPUDevice, budgetBytes?: number): DeviceOffer {
  const { adapterInfo, limits } = device;
  if (isNullBackend(adapterInfo)) {
    throw new PlatewrightError(
      "device",
      "Dawn's null backend computes nothing. Create it without backend=null.",
    );
  }
  const processor = isSoftware(adapterInfo) ? "software" : "hardware";
  return {
    info: infoOf(0, nameOf(adapterInfo), processor, maxArrayBytes(limits), budgetBytes),
    isOwned: false,
    open: async () => device,
  };
}

function own(adapter: FoundAdapter, index: number, budgetBytes?: number): DeviceOffer {
  const info = infoOf(index, adapter.name, adapter.processor, adapter.maxArrayBytes, budgetBytes);
  return {
    info,
    isOwned: true,
    async open() {
      const fresh = await adapter.request();
      if (fresh) return fresh.requestDevice({ ...wishesFor(fresh), label: "platewright" });
      throw new PlatewrightError("device", `${info.id} (${info.name}) is not there any more.`, {
        device: info.id,
      });
    },
  };
}

// WebGPU does not tell how much memory a card has. Too large a budget is no harm there, since what the device refuses is
// an out-of-memory error all the same; on the host's own memory it would end the process.
const defaultBudget = { hardware: 4 * 2 ** 30, software: 2 ** 30 };

function infoOf(
  index: number,
  name: string,
  processor: DeviceInfo["processor"],
  maxArrayBytes: number,
  budgetBytes: number = defaultBudget[processor],
): DeviceInfo {
  return Object.freeze({ id: `webgpu:${index}`, name, processor, budgetBytes, maxArrayBytes });
}

/** All that the adapter has of what shaders here, and TensorFlow.js on the same device, can use. */
function wishesFor({ limits, features }: GPUAdapter): GPUDeviceDescriptor {
  const raised = [
    "maxBufferSize",
    "maxStorageBufferBindingSize",
    "maxStorageBuffersPerShaderStage",
    "maxComputeWorkgroupStorageSize",
    "maxComputeInvocationsPerWorkgroup",
    "maxComputeWorkgroupSizeX",
    "maxComputeWorkgroupSizeY",
    "maxComputeWorkgroupsPerDimension",
  ] as const;
  const wanted = ["timestamp-query", "shader-f16", "subgroups", "bgra8unorm-storage"] as const;
  return {
    requiredLimits: Object.fromEntries(raised.map((name) => [name, limits[name]])),
    requiredFeatures: wanted.filter((name) => features.has(name)) as GPUFeatureName[],
  };
}
