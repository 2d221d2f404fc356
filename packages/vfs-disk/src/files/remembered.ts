/** What is kept of files from one opening to the next, while they do not change. */
export interface Remembered {
  /** The same object for a file of this stamp as before, a new one for another; of the files that were opened last. */
  identityOf(path: string, stamp: string): object;
  /** What was made of the file that was last read beside another: a set of files has one for all. */
  beside?: { readonly stamp: string; readonly value: Promise<unknown> };
}

// Files whose planes are read in turn; each costs a few bytes a page.
const mostFiles = 256;

/** Nothing remembered yet. */
export function createRemembered(): Remembered {
  const files = new Map<string, { readonly stamp: string; readonly identity: object }>();
  return {
    identityOf(path, stamp) {
      const known = files.get(path);
      const file = known?.stamp === stamp ? known : { stamp, identity: {} };
      // The last asked for is the last to go.
      files.delete(path);
      files.set(path, file);
      if (files.size > mostFiles) files.delete(files.keys().next().value as string);
      return file.identity;
    },
  };
}
