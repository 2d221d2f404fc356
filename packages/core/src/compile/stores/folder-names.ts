/** The folders of the results that any run may write, besides plates of arrays. */
export const resultFolders: readonly string[] = ["images", "tables", "artifacts"];

/** The folder in the results that holds, while a run is unfinished, what its complete wells gave. */
export const progressFolder = "progress";

/** What a folder is named for. */
interface Named {
  readonly index: number;
  readonly name: string;
}

/** The folder's name of each step, no two alike; a name that would become another step's gets the step's number. */
export function folderNames(
  steps: readonly Named[],
  reserved: readonly string[] = [],
): ReadonlyMap<number, string> {
  const names = [...reserved, ...steps.map(({ name }) => folderName(name))];
  const taken = new Set(
    names.filter((name, i) => i < reserved.length || isAlone(name, i, names)).map(foldName),
  );
  return new Map(
    steps.map((step, i) => {
      const at = i + reserved.length;
      const plain = names[at] as string;
      let name = plain;
      for (let tried = 0; !isAlone(plain, at, names) && (tried === 0 || taken.has(foldName(name))); tried++) {
        name = `${plain}${"-".repeat(tried + 1)}${step.index + 1}`;
      }
      taken.add(foldName(name));
      return [step.index, name];
    }),
  );
}

/** A name as a folder's: letters, digits, `-`, `_` and `.`, nothing else. */
export function folderName(name: string): string {
  return (
    name
      .trim()
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^[.-]+|[.-]+$/g, "") || "step"
  );
}

/** What file systems that ignore case, and spell letters with accents in one way, make of a name. */
export function foldName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function isAlone(name: string, at: number, names: readonly string[]): boolean {
  return names.every((other, i) => i === at || foldName(other) !== foldName(name));
}
