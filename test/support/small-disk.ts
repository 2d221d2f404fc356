import { execFileSync } from "node:child_process";
import { test } from "vitest";

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
