import { closeSync, openSync, writeSync } from "node:fs";
import { messageOf, type Plate, type Platewright, PlatewrightError, type RunEvent } from "@platewright/core";

/** A file that takes a run's events, one JSON object a line. */
export interface EventFile {
  write(event: RunEvent): void;
  close(): void;
}

/**
 * Makes it at the first event, so that a run that is refused leaves none; every line is written when its event happens,
 * with the `time` as ISO 8601. Throws "path" where the file would lie in the plate; writing throws "exists" where it is
 * there and may not be replaced, "storage" where it can't be made. Without a path nothing is written.
 */
export function createEventFile(
  path: string | undefined,
  { pw, plate, overwrite }: { readonly pw: Platewright; readonly plate: Plate; readonly overwrite: boolean },
  onProblem: (text: string) => void,
): EventFile {
  if (path === undefined) return { write: () => {}, close: () => {} };
  if (pw.storages.get(plate.storage)?.contains(plate.location, path) === true)
    throw new PlatewrightError(
      "path",
      `The file of events ${path} lies inside the plate ${plate.location}. Nothing is written into a plate; name a file elsewhere.`,
    );
  let file: number | undefined;
  let broken = false;
  return {
    write(event) {
      if (broken) return;
      file ??= openFile(path, overwrite);
      try {
        writeSync(file, `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
      } catch (thrown) {
        broken = true;
        onProblem(`Events are no longer written to ${path}: ${messageOf(thrown)}.`);
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
    },
  };
}

function openFile(path: string, overwrite: boolean): number {
  try {
    return openSync(path, overwrite ? "w" : "wx");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST")
      throw new PlatewrightError(
        "exists",
        `The file of events ${path} is there already. Name another, or replace it on purpose.`,
        { cause: thrown },
      );
    throw new PlatewrightError("storage", `The file of events ${path} can't be made: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  }
}
