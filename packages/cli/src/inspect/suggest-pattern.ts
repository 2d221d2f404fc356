import { isPlatewrightError, type StorageBackend } from "@platewright/core";
import { namePattern } from "@platewright/microscopes";

const imageEnding = /\.(?:tiff?|png|npy)$/i;
/** Enough to see one naming; a person reads the rest. */
const mostFolders = 20;

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
  const example = await findImage(storage);
  if (example === undefined) return undefined;
  const guesses = [guessPattern(example, false), guessPattern(example, true)];
  let best: { readonly pattern: string; readonly images: number } | undefined;
  for (const pattern of guesses) {
    const images = pattern === undefined ? 0 : await countImages(storage, pattern);
    if (pattern !== undefined && images > (best?.images ?? 0)) best = { pattern, images };
  }
  return { example, ...(best && { pattern: best.pattern }) };
}

async function countImages(storage: StorageBackend, pattern: string): Promise<number> {
  try {
    return (await namePattern(pattern).index(storage)).images.length;
  } catch (error) {
    // Two files under one key, or a pattern that doesn't say where a part ends: no pattern to suggest.
    if (isPlatewrightError(error)) return 0;
    throw error;
  }
}

/** The first image of the folder or of the folders in it. */
async function findImage(storage: StorageBackend): Promise<string | undefined> {
  const folders: string[] = [];
  for await (const { path, kind } of storage.list("")) {
    if (kind === "folder") folders.push(path);
    else if (imageEnding.test(path) && !path.startsWith(".")) return path;
  }
  for (const folder of folders.slice(0, mostFolders))
    for await (const { path, kind } of storage.list(folder, { recursive: true }))
      if (kind === "file" && imageEnding.test(path) && !/(?:^|\/)\./.test(path)) return path;
  return undefined;
}
