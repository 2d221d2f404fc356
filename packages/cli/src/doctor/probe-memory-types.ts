import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CheckedMemory } from "./memory-types.ts";

const patience = 60_000;

/**
 * Asks the memory types in a process of its own: drivers of graphics cards print what they like, and a broken one takes
 * its process with it.
 */
export async function probeMemoryTypes(): Promise<readonly CheckedMemory[]> {
  const { code, signal, stdout } = await runProbe();
  const line = stdout.trim().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as readonly CheckedMemory[];
  } catch {
    const how = signal === null ? `exit code ${code}` : signal;
    const remedy = `Looking for its devices ended the process (${how}). Update the graphics driver, or use functions of a CPU memory type.`;
    return [{ name: "ndarray" }, { name: "webgpu", remedy }, { name: "tfjs", remedy }];
  }
}

interface Probe {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
}

function runProbe(): Promise<Probe> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("./doctor-probe.js", import.meta.url))], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: patience,
    });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.on("error", () => resolve({ code: null, signal: null, stdout }));
    child.on("close", (code, signal) => resolve({ code, signal, stdout }));
  });
}
