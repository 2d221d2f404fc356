import { execFileSync } from "node:child_process";
import { TestRunner } from "vitest";

const python = process.env.PLATEWRIGHT_PYTHON ?? "/usr/bin/python3";
const modules = ["numpy", "tifffile", "zarr"];
let missing: string | undefined;

/**
 * Runs a Python program that may import numpy, tifffile and zarr, and answers what it prints. Skips the running test where
 * there is no such Python; not inside a property, which takes what its body throws for a fault of the code.
 */
export function runPython(program: string, args: readonly string[] = []): string {
  missing ??= findMissing();
  if (missing !== "") TestRunner.getCurrentTest()?.context.skip(`needs ${missing}`);
  try {
    return execFileSync(python, ["-W", "error::UserWarning", "-c", program, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    throw new Error(`Python failed: ${(cause as { stderr?: string }).stderr}`, { cause });
  }
}

/** What of Python is not there; empty where all is. */
function findMissing(): string {
  const program = `
import importlib.util, sys
print(" ".join(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None))`;
  try {
    return execFileSync(python, ["-c", program, ...modules], { encoding: "utf8" }).trim();
  } catch {
    return "Python";
  }
}
