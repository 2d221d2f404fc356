import { damagedError } from "../format-error.ts";
import { isSidePage, readDirectory, type TiffDirectory, type TiffHeader } from "./directory.ts";
import type { Reading, TiffSource } from "./reading.ts";

/**
 * Where the pages of a file lie, as far as it was walked: a page's directory is found only by way of those before it. Several
 * readings may walk one file at once.
 */
export interface PageIndex {
  /** Places of the directories of pages, side pages left out. */
  readonly pages: number[];
  readonly seen: Set<number>;
  /** The first directory, whatever it is of. */
  first: number | undefined;
  /** Where the walk goes on; 0 at its end, `undefined` before its beginning. */
  next: number | undefined;
}

/** The index of a file that was not walked yet. */
export function createPageIndex(): PageIndex {
  return { pages: [], seen: new Set(), first: undefined, next: undefined };
}

const indexes = new WeakMap<object, PageIndex>();

/** The index of an open file: that of its last opening, where it has not changed since. */
export function pageIndexOf(identity: object | undefined): PageIndex {
  const known = identity && indexes.get(identity);
  if (known) return known;
  const index = createPageIndex();
  if (identity) indexes.set(identity, index);
  return index;
}

/** The directories that are asked for. */
export interface Directories {
  readonly first: TiffDirectory;
  /** The wanted one, none where it is past the end, or all. */
  readonly chosen: readonly TiffDirectory[];
  /** How many pages are known: all of them unless the wanted one comes earlier. */
  readonly count: number;
}

/** Reads the first directory and the wanted one, or all. Throws "format" where the pages run in a circle or are none. */
export function* readDirectories(
  source: TiffSource,
  header: TiffHeader,
  wanted: number | undefined,
): Reading<Directories> {
  const { index } = source;
  const read = new Map<number, TiffDirectory>();
  const directoryAt = function* (position: number): Reading<TiffDirectory> {
    const directory = read.get(position) ?? (yield* readDirectory(source, header, position));
    if (wanted === undefined || index.pages.length === 0) read.set(position, directory);
    return directory;
  };
  index.next ??= header.first;
  while (index.next !== 0 && !reaches(index, wanted)) {
    const position: number = index.next;
    if (index.seen.has(position))
      throw damagedError(source.name, `its pages run in a circle at byte ${position}`);
    const directory = yield* directoryAt(position);
    const isSide = yield* isSidePage(directory);
    // Another reading of the same file may have come here first.
    if (index.next !== position) continue;
    index.seen.add(position);
    index.first ??= position;
    if (!isSide) index.pages.push(position);
    index.next = directory.next;
  }
  if (index.first === undefined) throw damagedError(source.name, "it has no pages");
  const [page] = index.pages;
  const first = yield* directoryAt(page ?? index.first);
  // A file of nothing but a smaller copy is still that image.
  if (page === undefined) return { first, chosen: wanted ? [] : [first], count: 1 };
  const chosen: TiffDirectory[] = [];
  for (const position of wanted === undefined ? index.pages : index.pages.slice(wanted, wanted + 1))
    chosen.push(position === page ? first : yield* directoryAt(position));
  return { first, chosen, count: index.pages.length };
}

/** The first directory alone can't tell how many pages there are, so one step more is taken after it. */
function reaches({ pages }: PageIndex, wanted: number | undefined): boolean {
  return wanted !== undefined && pages.length > Math.max(wanted, 1);
}
