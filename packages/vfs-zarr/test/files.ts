import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** All files below a folder with their content, hidden leftovers of killed writes aside. */
export function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || /^\.pw-.*\.partial$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(folder.length + 1), readFileSync(path));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A digest of each file below a folder: quicker to compare, and to read, than the bytes. */
export function digestsIn(folder: string): Readonly<Record<string, string>> {
  const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
  return Object.fromEntries([...filesIn(folder)].map(([path, bytes]) => [path, digest(bytes)]));
}
