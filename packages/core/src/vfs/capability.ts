import { PlatewrightError } from "../errors.ts";
import type { StorageBackend } from "./storage-backend.ts";

/** What a backend may be able to do beyond `has` and `list`. */
export type Capability = Exclude<keyof StorageBackend, "name" | "persistent" | "location" | "has" | "list">;

const words: Record<Capability, string> = {
  read: "read bytes",
  stamp: "tell whether a file has changed",
  write: "write: it is read-only",
  remove: "remove anything: it is read-only",
  describeArray: "describe arrays",
  readArray: "read arrays",
  writeArray: "write arrays: it is read-only or holds none",
  readValue: "read values",
  writeValue: "write values: it is read-only",
  writeTable: "write tables in parts",
  lock: "lock: it is read-only or has no locks",
  flush: "flush: it brings each write to the disk at once",
};

/** A method of a backend, bound to it. Throws "storage" where the backend lacks it. */
export function methodOf<C extends Capability>(
  backend: StorageBackend,
  capability: C,
): NonNullable<StorageBackend[C]> {
  const method = backend[capability];
  if (method) return (method as (...args: never) => unknown).bind(backend) as never;
  throw new PlatewrightError(
    "storage",
    `The storage backend "${backend.name}" (${backend.location}) can't ${words[capability]}.`,
    { name: backend.name, capability },
  );
}
