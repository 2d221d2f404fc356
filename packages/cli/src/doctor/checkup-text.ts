import type { TfjsBackendInfo } from "@platewright/backend-tfjs";
import { bytesText, type DeviceInfo } from "@platewright/core";
import type { Style } from "../output/style.ts";
import { wrapped } from "../output/wrapped.ts";
import type { Checkup, InstalledPlugin } from "./checkup.ts";

const kinds = { "memory-type": "memory type", storage: "storage", layout: "layout" } as const;

/** A checkup as lines for people. */
export function checkupText(found: Checkup, style: Style): string {
  const { node, simd, memory, folder } = found;
  const mark = (ok: boolean): string => (ok ? style.green("✓") : style.red("✗"));
  const line = (sign: string, label: string, text: string): string => `${sign} ${label.padEnd(11)} ${text}`;
  const below = (sign: string, text: string): string =>
    wrapped(`${" ".repeat(14)}${sign} ${text}`, 16).join("\n");
  const pluginLines = ({
    kind,
    name,
    package: from,
    version,
    devices = [],
    backends = [],
  }: InstalledPlugin) => [
    line(mark(true), kinds[kind], `${name} (${from} ${version})`),
    ...devices.map((device) => below(mark(true), deviceText(device))),
    ...backends.map((backend) => below(backend.isThere ? mark(true) : style.dim("–"), backendText(backend))),
  ];
  return [
    line(mark(node.ok), "Node", node.ok ? node.version : `${node.version}; install ${node.needs} or later.`),
    line(
      mark(simd),
      "SIMD",
      simd
        ? "WebAssembly SIMD"
        : "no WebAssembly SIMD; the kernels run as plain JavaScript, several times slower.",
    ),
    line(
      mark(true),
      "machine",
      `${found.platform}, ${found.cores} cores, ${bytesText(memory.totalBytes)} of memory, ${bytesText(memory.freeBytes)} free`,
    ),
    line(
      mark(folder.writable),
      "folder",
      folder.writable
        ? `${folder.path} can be written`
        : `${folder.path} can't be written; give --out a folder elsewhere.`,
    ),
    ...found.plugins.flatMap(pluginLines),
    ...found.absent.map(({ kind, name, remedy }) =>
      wrapped(line(style.dim("–"), kinds[kind], `${name}: ${remedy}`), 14).join("\n"),
    ),
  ].join("\n");
}

function deviceText({ id, name, processor, budgetBytes }: DeviceInfo): string {
  const what =
    processor === "hardware" ? "" : ", a program standing in for a GPU, slower than the CPU's functions";
  return `${id} ${name}${what}; arrays of up to ${bytesText(budgetBytes)} together`;
}

function backendText({ name, package: from, processor, isThere, remedy }: TfjsBackendInfo): string {
  return isThere
    ? `${name} on the ${processor.toUpperCase()} (${from})`
    : `${name}: ${remedy ?? "not installed"}`;
}
