import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { onTestFinished } from "vitest";

/**
 * Bundles a program from the sources into one file that plain Node runs, and answers its path. Killing and
 * limiting need a process of their own. It lies in `parent`, from where it finds what it imports by computed names.
 */
export async function bundleChild(program: URL, parent: string = realpathSync(tmpdir())): Promise<string> {
  const outDir = mkdtempSync(join(parent, "platewright-child-"));
  onTestFinished(() => rmSync(outDir, { recursive: true, force: true }));
  await build({
    entry: { child: fileURLToPath(program) },
    outDir,
    format: "esm",
    outExtension: () => ({ js: ".mjs" }),
    target: "es2022",
    platform: "node",
    noExternal: [/.*/],
    config: false,
    dts: false,
    silent: true,
    esbuildOptions(options) {
      options.conditions = ["@platewright/source"];
    },
  });
  return join(outDir, "child.mjs");
}

/** Starts a shell command; the answer is its process and what it prints until it ends. */
export function startShell(command: string): {
  readonly process: ChildProcess;
  readonly output: Promise<string>;
} {
  const child = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (part) => {
    text += part;
  });
  child.stderr.on("data", (part) => {
    text += part;
  });
  return { process: child, output: new Promise((resolve) => child.on("close", () => resolve(text))) };
}
