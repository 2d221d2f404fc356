import { accessSync, constants } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import type { TfjsBackendInfo } from "@platewright/backend-tfjs";
import type { DeviceInfo } from "@platewright/core";
import { createKernels } from "@platewright/kernels";
import { installForPlates } from "../install.ts";
import { packageVersions } from "../versions.ts";
import type { CheckedMemory } from "./memory-types.ts";
import { probeMemoryTypes } from "./probe-memory-types.ts";

/** One plugin that is installed. */
export interface InstalledPlugin {
  readonly kind: "memory-type" | "storage" | "layout";
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Of a GPU memory type: the devices that its arrays can live on. */
  readonly devices?: readonly DeviceInfo[];
  /** Of `tfjs`: the backends of TensorFlow.js, the fastest first, with how to get those that are not there. */
  readonly backends?: readonly TfjsBackendInfo[];
}

/** What could be there and is not, with what to do about it. */
export interface AbsentPlugin {
  readonly kind: InstalledPlugin["kind"];
  readonly name: string;
  readonly remedy: string;
}

/** What `doctor --json` prints. */
export interface Checkup {
  /** Whether everything that is needed is there. */
  readonly ok: boolean;
  readonly node: { readonly version: string; readonly ok: boolean; readonly needs: string };
  readonly platform: string;
  readonly simd: boolean;
  readonly cores: number;
  readonly memory: { readonly totalBytes: number; readonly freeBytes: number };
  readonly folder: { readonly path: string; readonly writable: boolean };
  readonly plugins: readonly InstalledPlugin[];
  readonly absent: readonly AbsentPlugin[];
  readonly versions: Readonly<Record<string, string>>;
}

const needs = [20, 19] as const;

/** Looks at this machine and this installation; opens no device. */
export async function checkup(): Promise<Checkup> {
  const { storages, layouts } = installForPlates();
  const memory = await probeMemoryTypes();
  const versions = packageVersions();
  const plugin = (kind: InstalledPlugin["kind"], name: string, from: string): InstalledPlugin => ({
    kind,
    name,
    package: `@platewright/${from}`,
    version: versions[`@platewright/${from}`] ?? "unknown",
  });
  const node = {
    version: process.versions.node,
    ok: isRecent(process.versions.node),
    needs: needs.join("."),
  };
  return {
    ok: node.ok,
    node,
    platform: `${process.platform} ${process.arch}`,
    simd: createKernels().backend === "wasm-simd",
    cores: availableParallelism(),
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    folder: { path: process.cwd(), writable: isWritable(process.cwd()) },
    plugins: [
      ...memory
        .filter(({ remedy }) => remedy === undefined)
        .map(({ name, devices, backends }) => ({
          ...plugin("memory-type", name, `backend-${name}`),
          ...(devices ? { devices } : {}),
          ...(backends ? { backends } : {}),
        })),
      ...[...storages.keys()].map((name) => plugin("storage", name, `vfs-${name}`)),
      ...layouts.map(({ name }) => plugin("layout", name, "microscopes")),
    ],
    absent: memory.flatMap(absentOf),
    versions,
  };
}

function absentOf({ name, remedy }: CheckedMemory): readonly AbsentPlugin[] {
  return remedy === undefined ? [] : [{ kind: "memory-type", name, remedy }];
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > needs[0] || (major === needs[0] && minor >= needs[1]);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
