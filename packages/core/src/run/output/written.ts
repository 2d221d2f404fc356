import { messageOf } from "../../errors.ts";

/** What an attempt at a well has written, so that it can be taken back. */
export interface Written {
  /** Notes what was written under a path, and how it is removed, where it is not removed with something else. */
  note(path: string | undefined, remove?: () => Promise<unknown>): void;
  /** Removes what was written. Never throws: answers what could not be removed, in a sentence. */
  takeBack(): Promise<string | undefined>;
  /** In order. */
  paths(): readonly string[];
}

/** Notes what is written of a well. */
export function createWritten(well: string): Written {
  const paths = new Set<string>();
  const removals: (() => Promise<unknown>)[] = [];
  return {
    note(path, remove) {
      if (path !== undefined) paths.add(path);
      if (remove) removals.push(remove);
    },
    async takeBack() {
      paths.clear();
      const settled = await Promise.allSettled(removals.splice(0).map((remove) => remove()));
      const failed = settled.find((removal) => removal.status === "rejected");
      return failed && `What well ${well} had written could not be removed: ${messageOf(failed.reason)}`;
    },
    paths: () => [...paths].sort(),
  };
}
