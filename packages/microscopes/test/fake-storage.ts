import { type ArrayDescription, type Entry, PlatewrightError, type StorageBackend } from "@platewright/core";

/** What a test may look at after a call. */
export interface FakeStorage extends StorageBackend {
  /** How many entries were listed. */
  readonly listed: () => number;
}

/** A plate in memory: names and, for metadata, contents. Images are described and hold no pixels. */
export function fakeStorage(
  files: Readonly<Record<string, string | Uint8Array>> | readonly string[],
  image: ArrayDescription | ((path: string) => ArrayDescription) | undefined = {
    shape: [8, 10],
    dtype: "uint16",
  },
  location = "/plates/plate-7",
): FakeStorage {
  const contents = new Map<string, string | Uint8Array>(
    Array.isArray(files) ? files.map((path) => [path, ""]) : Object.entries(files),
  );
  const paths = [...contents.keys()].sort();
  let listed = 0;
  const below = (folder: string): string[] =>
    folder === "" ? paths : paths.filter((path) => path.startsWith(`${folder}/`));
  const entriesOf = (folder: string, recursive: boolean): Entry[] => {
    if (recursive) return below(folder).map((path) => ({ path, kind: "file" }));
    const skip = folder === "" ? 0 : folder.length + 1;
    const seen = new Map<string, Entry>();
    for (const path of below(folder)) {
      const end = path.indexOf("/", skip);
      const own = end < 0 ? path : path.slice(0, end);
      seen.set(own, { path: own, kind: end < 0 ? "file" : "folder" });
    }
    return [...seen.values()];
  };
  return {
    name: "fake",
    persistent: false,
    location,
    listed: () => listed,
    has: (path) => contents.has(path),
    async *list(folder, options) {
      for (const entry of entriesOf(folder, options?.recursive === true)) {
        listed++;
        yield entry;
      }
    },
    read(path) {
      const content = contents.get(path);
      if (content === undefined) throw new PlatewrightError("not-found", `There is no "${path}".`);
      return typeof content === "string" ? new TextEncoder().encode(content) : content;
    },
    describeArray(path) {
      if (!image || !contents.has(path)) throw new PlatewrightError("format", `"${path}" is damaged.`);
      return typeof image === "function" ? image(path) : image;
    },
  };
}
