import { execFileSync } from "node:child_process";
import { test } from "vitest";
import { startShell } from "./child.ts";

/** How to come to a shell that may mount a disk, which is gone with it: as root, or as one in a namespace. */
const isolation = [
  ["unshare", "-m"],
  ["unshare", "-rm"],
  ["sudo", "-n", "unshare", "-m"],
].find(([command = "", ...flags]) => {
  try {
    execFileSync(command, [...flags, "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
});

/** `test` for what needs a disk that can be filled; the words begin the command that may mount one. Skipped where none may be. */
export function testOnSmallDisk(
  name: string,
  body: (isolate: readonly string[]) => Promise<void>,
  timeout?: number,
): void {
  if (isolation) test(name, () => body(isolation), timeout);
  else test.skip(`${name} (needs to mount a small disk: root, sudo or user namespaces)`, () => {});
}

/** Runs a program of Node's with a folder, onto which a disk of 1 MiB is mounted for it; answers what it prints. */
export function runOnSmallDisk(isolate: readonly string[], program: string, folder: string): Promise<string> {
  const command = `mount -t tmpfs -o size=1m none "${folder}" && exec "${process.execPath}" "${program}" "${folder}"`;
  return startShell(`${isolate.join(" ")} sh -c '${command}'`).output;
}
