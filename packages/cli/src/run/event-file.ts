import { closeSync, openSync, writeSync } from "node:fs";
import { messageOf, type Plate, type Platewright, PlatewrightError, type RunEvent } from "@platewright/core";

/** A file that takes a run's events, one JSON object a line. */
export interface EventFile {
  write(event: RunEvent): void;
  close(): void;
}

/**
 * Opens it; every line is written when its event happens, with the `time` as ISO 8601. Throws "path" where it would lie
 * in the plate, "exists" where it is there and may not be replaced, "storage" where it can't be made.
 */
export function openEventFile(
  path: string,
  { pw, plate, overwrite }: { readonly pw: Platewright; readonly plate: Plate; readonly overwrite: boolean },
  onProblem: (text: string) => void,
): EventFile {
  if (pw.storages.get(plate.storage)?.contains(plate.location, path) === true)
    throw new PlatewrightError(
      "path",
      `The file of events ${path} lies inside the plate ${plate.location}. Nothing is written into a plate; name a file elsewhere.`,
    );
  const file = openFile(path, overwrite);
  let broken = false;
  return {
    write(event) {
      if (broken) return;
      try {
        writeSync(file, `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
      } catch (thrown) {
        broken = true;
        onProblem(`Events are no longer written to ${path}: ${messageOf(thrown)}.`);
      }
    },
    close: () => closeSync(file),
  };
}

function openFile(path: string, overwrite: boolean): number {
  try {
    return openSync(path, overwrite ? "w" : "wx");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST")
      throw new PlatewrightError(
        "exists",
        `The file of events ${path} is there already. Name another, or replace it with --overwrite.`,
        { cause: thrown },
      );
    throw new PlatewrightError("storage", `The file of events ${path} can't be made: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  }
}
