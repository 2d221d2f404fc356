import { accessSync, constants } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { bytesText } from "@platewright/core";
import { createKernels } from "@platewright/kernels";
import { installAll } from "../install.ts";
import type { Style } from "../output/style.ts";
import { packageVersions } from "../package-versions.ts";

/** One plugin that is installed. */
export interface InstalledPlugin {
  readonly kind: "memory-type" | "storage" | "layout";
  readonly name: string;
  readonly package: string;
  readonly version: string;
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
  /** What could be there and is not, with what to do about it. */
  readonly absent: readonly { readonly kind: string; readonly name: string; readonly remedy: string }[];
  readonly versions: Readonly<Record<string, string>>;
}

const needs = [20, 19] as const;

const absent: Checkup["absent"] = [
  {
    kind: "memory-type",
    name: "webgpu",
    remedy: "not installed; there is no package for it yet, functions run on the CPU.",
  },
  {
    kind: "memory-type",
    name: "tfjs",
    remedy: "not installed; there is no package for it yet, functions run on the CPU.",
  },
];

/** Looks at this machine and this installation. */
export async function checkup(): Promise<Checkup> {
  const pw = await installAll();
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
      ...pw.memory.names
        .filter((name) => name !== "host")
        .map((name) => plugin("memory-type", name, `backend-${name}`)),
      ...[...pw.storages.keys()].map((name) => plugin("storage", name, `vfs-${name}`)),
      ...pw.layouts.map(({ name }) => plugin("layout", name, "microscopes")),
    ],
    absent,
    versions,
  };
}

/** A checkup as lines for people. */
export function checkupText(found: Checkup, style: Style): string {
  const { node, simd, memory, folder } = found;
  const mark = (ok: boolean): string => (ok ? style.green("✓") : style.red("✗"));
  const line = (ok: boolean, label: string, text: string): string =>
    `${mark(ok)} ${label.padEnd(11)} ${text}`;
  const kinds = { "memory-type": "memory type", storage: "storage", layout: "layout" } as const;
  return [
    line(node.ok, "Node", node.ok ? node.version : `${node.version}; install ${node.needs} or later.`),
    line(
      simd,
      "SIMD",
      simd
        ? "WebAssembly SIMD"
        : "no WebAssembly SIMD; the kernels run as plain JavaScript, several times slower.",
    ),
    line(
      true,
      "machine",
      `${found.platform}, ${found.cores} cores, ${bytesText(memory.totalBytes)} of memory, ${bytesText(memory.freeBytes)} free`,
    ),
    line(
      folder.writable,
      "folder",
      folder.writable
        ? `${folder.path} can be written`
        : `${folder.path} can't be written; give --out a folder elsewhere.`,
    ),
    ...found.plugins.map(({ kind, name, package: from, version }) =>
      line(true, kinds[kind], `${name} (${from} ${version})`),
    ),
    ...found.absent.map(
      ({ kind, name, remedy }) =>
        `${style.dim("–")} ${(kinds[kind as keyof typeof kinds] ?? kind).padEnd(11)} ${name}: ${remedy}`,
    ),
  ].join("\n");
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
