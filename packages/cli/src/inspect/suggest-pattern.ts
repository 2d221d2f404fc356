import { isPlatewrightError, type StorageBackend } from "@platewright/core";
import { namePattern } from "@platewright/microscopes";
import { guessPatterns } from "./guess-pattern.ts";

const imageEnding = /\.(?:tiff?|png|npy)$/i;
/** Formats that microscopes write, that are not read. */
const foreignEnding =
  /\.(?:jpe?g|bmp|gif|stk|lsm|czi|zvi|lif|lof|nd2|vsi|oir|oib|oif|ims|dv|flex|mvd2|c01|dib|h5|hdf5)$/i;
/** Enough to see one naming; whoever names a folder by mistake shall not wait for a whole disk. */
const mostFiles = 20_000;

/** What is said of a folder of no known layout. */
export interface Suggestion {
  /** One of its images, and how many there are. */
  readonly example: string;
  readonly images: number;
  /** A pattern, where one can be guessed, and how many of the images it reads. */
  readonly pattern?: string;
  readonly read?: number;
  /** The folder below which the pattern holds, where it is not the given one. */
  readonly folder?: string;
  /** Whether other folders hold the same names, so that each seems to be a plate. */
  readonly apart?: boolean;
}

type BestPattern = Pick<Suggestion, "pattern" | "read">;

/** An image of a folder of no known layout, and of the patterns that can be guessed the one that reads the most of its images. */
export async function suggestPattern(storage: StorageBackend): Promise<Suggestion | undefined> {
  const paths = await someImages(storage);
  const [example] = paths;
  if (example === undefined) return undefined;
  const best = bestPattern(paths);
  const found = best.pattern === undefined ? bestInFolder(paths) : withoutFolder(best);
  return { example, images: paths.length, ...found };
}

/** A path of an image in a format that is not read, where there is one. */
export async function foreignImage(storage: StorageBackend): Promise<string | undefined> {
  return (await somePaths(storage)).find((path) => foreignEnding.test(path));
}

/** The folders that a pattern begins with and that say nothing lead to the plate's own. */
function withoutFolder({ pattern = "", read }: BestPattern): Omit<Suggestion, "example" | "images"> {
  const [folder = ""] = /^(?:[^{}/]+\/)+/.exec(pattern) ?? [];
  return {
    pattern: pattern.slice(folder.length),
    ...(read !== undefined && { read }),
    ...(folder !== "" && { folder: folder.slice(0, -1) }),
  };
}

/** What reads all images of one folder, where the folders hold the same names: each is a plate then. */
function bestInFolder(paths: readonly string[]): Pick<Suggestion, "pattern" | "folder" | "apart"> {
  const folders = new Map<string, string[]>();
  for (const path of paths.filter((one) => one.includes("/"))) {
    const folder = path.slice(0, path.indexOf("/"));
    const inside = folders.get(folder) ?? [];
    folders.set(folder, inside);
    inside.push(path.slice(folder.length + 1));
  }
  for (const [folder, inside] of folders) {
    const { pattern, read } = bestPattern(inside);
    if (folders.size > 1 && pattern !== undefined && read === inside.length)
      return { pattern, folder, apart: true };
  }
  return {};
}

/** The guessed pattern that reads the most of these images, and of such the one that leaves the least aside. */
export function bestPattern(paths: readonly string[]): BestPattern {
  const guesses = [...groupByEnding(paths)]
    .flatMap(([ending, stems]) => guessPatterns(stems).map((pattern) => pattern + ending))
    .map((pattern) => ({
      pattern,
      read: countImages(paths, pattern),
      aside: pattern.split("{ignore}").length,
    }))
    .filter(({ read }) => read > 0)
    .sort((a, b) => b.read - a.read || a.aside - b.aside);
  const [best] = guesses;
  return best ? { pattern: best.pattern, read: best.read } : {};
}

/** The paths by their ending, which is the same in capitals, as they are without it. */
function groupByEnding(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, { readonly ending: string; readonly stems: string[] }>();
  for (const path of paths) {
    const ending = imageEnding.exec(path)?.[0] ?? "";
    const group = groups.get(ending.toLowerCase()) ?? { ending, stems: [] };
    groups.set(ending.toLowerCase(), group);
    group.stems.push(path.slice(0, path.length - ending.length));
  }
  return new Map([...groups.values()].map(({ ending, stems }) => [ending, stems]));
}

/** How many of the images a pattern reads; none where two would be the same image, or the pattern is ambiguous. */
function countImages(paths: readonly string[], pattern: string): number {
  try {
    const { parseName } = namePattern(pattern);
    const keys = paths.flatMap((path) => parseName?.(path) ?? []).map((key) => JSON.stringify(key));
    return new Set(keys).size === keys.length ? keys.length : 0;
  } catch (error) {
    if (isPlatewrightError(error, "parameter")) return 0;
    throw error;
  }
}

/** Images of the folder and of those below it, the topmost first. */
async function someImages(storage: StorageBackend): Promise<readonly string[]> {
  const depthOf = (path: string): number => path.split("/").length;
  const images = (await somePaths(storage)).filter((path) => imageEnding.test(path));
  return images.sort((a, b) => depthOf(a) - depthOf(b));
}

/** As many files of the folder and of those below it as can be listed in a moment, without hidden ones. */
async function somePaths(storage: StorageBackend): Promise<readonly string[]> {
  const paths: string[] = [];
  let listed = 0;
  for await (const { path, kind } of storage.list("", { recursive: true })) {
    if (kind === "file" && !/(?:^|\/)\./.test(path)) paths.push(path);
    listed += 1;
    if (listed >= mostFiles) break;
  }
  return paths;
}
