import { PlatewrightError } from "../errors.ts";
import type { DeviceId } from "./memory-type.ts";

/** A device that arrays can live on. */
export interface DeviceInfo {
  /** Such as `"webgpu:0"`; the same as long as the machine's devices stay the same. */
  readonly id: DeviceId;
  /** What the driver calls it. */
  readonly name: string;
  /** Whether it is a piece of hardware, or a program that stands in for one and is slower than CPU functions. */
  readonly processor: "hardware" | "software";
  /** Bytes that all leases together may hold. */
  readonly budgetBytes: number;
  /** Bytes of the largest single array. */
  readonly maxArrayBytes: number;
}

/** What a lease may take. */
export interface LeaseOptions {
  /** Bytes that the lease may hold at once; default all of the device's budget. */
  readonly budgetBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes and pieces of device memory. */
export interface DeviceUsage {
  /** Bytes in arrays that have not been disposed of. */
  readonly liveBytes: number;
  readonly liveBuffers: number;
  /** Bytes that lie ready in pools. */
  readonly idleBytes: number;
}

/** A device, lent. */
export interface DeviceLease {
  readonly device: DeviceInfo;
  readonly budgetBytes: number;
  /** Settles with the reason when the device is lost; never rejects. */
  readonly lost: Promise<string>;
  /** Whether it is lost already. */
  readonly isLost: boolean;
  usage(): DeviceUsage;
  /** Frees what lies ready in pools. */
  trim(): void;
  /** Gives the lease back; the device is let go of after its last lease, where the provider owns it. */
  release(): void;
}

/** Knows the devices of one kind and lends them; the memory types that live on them name it. */
export interface DeviceProvider {
  /** Such as `"webgpu"`. */
  readonly name: string;
  /** The devices there are, the best first; empty where there are none, never a rejection. */
  list(): Promise<readonly DeviceInfo[]>;
  /** Where `list` is empty: why, and what would help. */
  remedy(): Promise<string | undefined>;
  /** Lends a device, a fresh one where it was lost. Throws "device" listing the devices there are where `id` is none of them. */
  lease(id: DeviceId, options?: LeaseOptions): Promise<DeviceLease>;
}

/** The error for a device that is not there. */
export function absentDevice(
  id: DeviceId | undefined,
  memoryType: string,
  there: readonly DeviceId[],
): PlatewrightError {
  const which = id === undefined ? "No device was named" : `There is no device "${id}"`;
  return new PlatewrightError(
    "device",
    `${which} for the memory type ${memoryType}. There are: ${there.join(", ") || "none"}. Lease one and name it: { device: "${there[0] ?? "…"}" }.`,
    { device: id, memoryType, devices: there },
  );
}

/** The error for memory that is exhausted: what was asked for, what is held, what there is. */
export function outOfMemory(details: {
  readonly device: DeviceId;
  readonly requestedBytes: number;
  readonly liveBytes: number;
  readonly budgetBytes: number;
  readonly cause?: unknown;
}): PlatewrightError {
  const { device, requestedBytes, liveBytes, budgetBytes } = details;
  return new PlatewrightError(
    "out-of-memory",
    `${device} has no room for ${requestedBytes} bytes: ${liveBytes} of ${budgetBytes} are held. Process smaller stacks, or give it a larger budget.`,
    details,
  );
}

/** The error for a device that was lost with what lay on it. */
export function deviceLost(device: DeviceId, reason: string): PlatewrightError {
  return new PlatewrightError(
    "device-lost",
    `The device ${device} was lost: ${reason}. What lay on it has to be computed again.`,
    { device },
  );
}
