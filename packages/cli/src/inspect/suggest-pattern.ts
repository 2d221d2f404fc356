import { isPlatewrightError, type StorageBackend } from "@platewright/core";
import { namePattern } from "@platewright/microscopes";

const imageEnding = /\.(?:tiff?|png|npy)$/i;
/** Enough to see one naming; whoever names a folder by mistake shall not wait for a whole disk. */
const mostFiles = 20_000;

const parts: readonly (readonly [pattern: RegExp, placeholder: string])[] = [
  [/^(?:s|site|f|field|fld|pos|position|xy)\d+$/i, "{site}"],
  [/^(?:w|wv|wave|c|ch|channel)\d+$/i, "{channel}"],
  [/^(?:z|plane|slice)\d+$/i, "{z}"],
  [/^(?:t|tp|time|timepoint)\d+$/i, "{timepoint}"],
];
const stain =
  /^(?:dapi|hoechst\d*|[em]?gfp|[em]?yfp|[em]?cfp|rfp|mcherry|fitc|tritc|cy[357]|texas ?red|bf|brightfield|phase)$/i;
/** "w1DAPI": the number and the name of a channel, as MetaMorph writes them. */
const metaMorphChannel = /^w\d+[a-z]\w*$/i;

/**
 * Guesses the pattern of a naming from one path: `A01/img_A01_s1_DAPI.tif` gives `{well}/img_{well}_s{site}_{channel}.tif`.
 * What is not understood stays as it is, or with `loose` becomes `{ignore}`. `undefined` where no well is seen.
 */
export function guessPattern(path: string, loose: boolean): string | undefined {
  const seen = new Set<string>();
  const once = (placeholder: string, prefix = ""): string | undefined => {
    if (seen.has(placeholder)) return undefined;
    seen.add(placeholder);
    return prefix + placeholder;
  };
  const placeNumber = (part: string): string => {
    const prefix = part.replace(/\d+$/, "");
    const placeholder = placeholderOf(part);
    if (placeholder !== undefined) return once(placeholder, prefix) ?? part;
    return loose ? `${prefix}{ignore}` : part;
  };
  let well: string | undefined;
  const ending = imageEnding.exec(path)?.[0] ?? "";
  const words = path.slice(0, path.length - ending.length).split(/([/_\-. ]+)/);
  const texts = words.map((word, i) => {
    if (i % 2 === 1 || word === "") return word;
    if (word === well) return "{well}";
    if (well === undefined && /^(?:[A-P]|A[A-F])\d{1,2}$/i.test(word)) {
      well = word;
      return "{well}";
    }
    if (stain.test(word) || metaMorphChannel.test(word)) return once("{channel}") ?? word;
    const numbered = numberedParts(word);
    if (numbered.some((part) => placeholderOf(part) !== undefined))
      return numbered.map((part) => placeNumber(part)).join("");
    return loose ? "{ignore}" : word;
  });
  return well === undefined ? undefined : texts.join("") + ending;
}

/** "T0001F001C01" as "T0001", "F001", "C01"; none of a word that is no such row. */
function numberedParts(word: string): readonly string[] {
  return /^(?:[a-z]+\d+)+$/i.test(word) ? (word.match(/[a-z]+\d+/gi) ?? []) : [];
}

function placeholderOf(part: string): string | undefined {
  return parts.find(([pattern]) => pattern.test(part))?.[1];
}

/** Whether a folder's name numbers something within a plate, such as "Z001" or "time2". */
export function numbersPartOfPlate(name: string): boolean {
  return placeholderOf(name) !== undefined;
}

/** What is said of a folder of no known layout. */
export interface Suggestion {
  /** One of its images, and how many there are. */
  readonly example: string;
  readonly images: number;
  /** A pattern, where one can be guessed, and how many of the images it reads. */
  readonly pattern?: string;
  readonly read?: number;
}

/** An image of a folder of no known layout, and a pattern that reads the folder, where one can be guessed. */
export async function suggestPattern(storage: StorageBackend): Promise<Suggestion | undefined> {
  const paths = await someImages(storage);
  const [example] = paths;
  if (example === undefined) return undefined;
  const guesses = [guessPattern(example, false), guessPattern(example, true)];
  let best: { readonly pattern: string; readonly images: number } | undefined;
  for (const pattern of guesses) {
    const images = pattern === undefined ? 0 : countImages(paths, pattern);
    if (pattern !== undefined && images > (best?.images ?? 0)) best = { pattern, images };
  }
  return { example, images: paths.length, ...(best && { pattern: best.pattern, read: best.images }) };
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

/** Images of the folder and of those below it, the topmost first, out of as many files as can be listed in a moment. */
async function someImages(storage: StorageBackend): Promise<readonly string[]> {
  const found: string[] = [];
  let listed = 0;
  for await (const { path } of storage.list("", { recursive: true })) {
    if (imageEnding.test(path) && !/(?:^|\/)\./.test(path)) found.push(path);
    listed += 1;
    if (listed >= mostFiles) break;
  }
  const depthOf = (path: string): number => path.split("/").length;
  return found.sort((a, b) => depthOf(a) - depthOf(b));
}
