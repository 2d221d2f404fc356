import type { Awaitable, StorageBackend, StorageProvider } from "@platewright/core";
import { check } from "./check.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** A storage that is put to the test: one that keeps arrays, documents (`.json`) and tables (`.csv`). */
export interface StorageSubject {
  readonly provider: StorageProvider;
  /** A location at which nothing is yet, another one at each call. */
  location(): Awaitable<string>;
  /** The path under which it keeps an array. Default: `images/<name>.tif`. */
  arrayPath?(name: string): string;
}

/** A storage with all that the cases call on. */
export type WholeStorage = StorageBackend & Required<Pick<StorageBackend, (typeof needed)[number]>>;

/** A new, empty location that is open for writing. */
export interface Site {
  readonly storage: WholeStorage;
  readonly location: string;
  arrayPath(name: string): string;
}

const needed = ["readArray", "describeArray", "writeArray", "readValue", "writeValue", "remove"] as const;

/** Opens a new location. Throws where the storage lacks what the cases call on. */
async function openSite({ provider, location, arrayPath }: StorageSubject): Promise<Site> {
  const place = await location();
  const storage = await provider.open(place);
  const missing = needed.filter((method) => storage[method] === undefined);
  check(missing.length === 0, `The storage has no ${missing.join(", ")}: these cases are for one that has.`);
  return {
    storage: storage as WholeStorage,
    location: place,
    arrayPath: arrayPath ?? ((name) => `images/${name}.tif`),
  };
}

/** Makes cases, each at a location of its own. */
export function casesAt(
  subject: StorageSubject,
): (name: string, work: (site: Site) => Promise<void>) => ConformanceCase {
  return (name, work) => ({
    name: `${subject.provider.name}: ${name}`,
    run: async () => await work(await openSite(subject)),
  });
}

/** What lies in a folder, folders with a slash behind them. */
export async function listed(storage: StorageBackend, folder = "", recursive = false): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path, kind } of storage.list(folder, { recursive }))
    paths.push(kind === "folder" ? `${path}/` : path);
  return paths;
}
