import { execFileSync } from "node:child_process";

/**
 * Runs a Python program that may import numpy, tifffile and zarr and answers what it prints. Throws a sentence that says what
 * to install where the interpreter or a module is missing.
 */
export function runPython(program: string, args: readonly string[] = []): string {
  try {
    const python = process.env.PLATEWRIGHT_PYTHON ?? "/usr/bin/python3";
    return execFileSync(python, ["-W", "error::UserWarning", "-c", program, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    const { code, stderr = "" } = cause as { code?: string; stderr?: string };
    if (code === "ENOENT" || stderr.includes("ModuleNotFoundError")) {
      throw new Error(
        "These tests compare with Python: install python3 with numpy, tifffile and zarr (Debian: apt-get install python3-numpy python3-tifffile python3-zarr).",
        { cause },
      );
    }
    throw new Error(`Python failed: ${stderr}`, { cause });
  }
}
