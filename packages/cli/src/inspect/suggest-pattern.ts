import { isPlatewrightError, type StorageBackend } from "@platewright/core";
import { namePattern } from "@platewright/microscopes";

const imageEnding = /\.(?:tiff?|png|npy)$/i;
/** Enough to see one naming; whoever names a folder by mistake shall not wait for a whole disk. */
const mostFiles = 20_000;

const parts: readonly (readonly [pattern: RegExp, placeholder: string])[] = [
  [/^(s|site|f|field|fld|pos|position|xy)(\d+)$/i, "{site}"],
  [/^(w|wv|wave|c|ch|channel)(\d+)$/i, "{channel}"],
  [/^(z|plane|slice)(\d+)$/i, "{z}"],
  [/^(t|tp|time|timepoint)(\d+)$/i, "{timepoint}"],
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
    for (const [pattern, placeholder] of parts) {
      const prefix = pattern.exec(word)?.[1];
      if (prefix !== undefined) return once(placeholder, prefix) ?? word;
    }
    return loose ? "{ignore}" : word;
  });
  return well === undefined ? undefined : texts.join("") + ending;
}

/** An image of a folder of no known layout, and a pattern that reads the folder, where one can be guessed. */
export async function suggestPattern(
  storage: StorageBackend,
): Promise<{ readonly example: string; readonly pattern?: string } | undefined> {
  const paths = await someImages(storage);
  const [example] = paths;
  if (example === undefined) return undefined;
  const guesses = [guessPattern(example, false), guessPattern(example, true)];
  let best: { readonly pattern: string; readonly images: number } | undefined;
  for (const pattern of guesses) {
    const images = pattern === undefined ? 0 : countImages(paths, pattern);
    if (pattern !== undefined && images > (best?.images ?? 0)) best = { pattern, images };
  }
  return { example, ...(best && { pattern: best.pattern }) };
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
