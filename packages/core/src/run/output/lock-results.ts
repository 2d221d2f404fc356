import { isPlatewrightError, PlatewrightError } from "../../errors.ts";
import type { StorageBackend } from "../../vfs/storage-backend.ts";

const lockName = "run.lock";

/**
 * Holds the folder of results for one run, and answers what gives it back. Throws "exists" where another run writes into
 * it. A storage without locks is not held.
 */
export async function lockResults(main: StorageBackend): Promise<() => Promise<void>> {
  try {
    const unlock = await main.lock?.(lockName);
    return async () => await unlock?.();
  } catch (thrown) {
    if (!isPlatewrightError(thrown, "exists")) throw thrown;
    const { process, host, since } = thrown.details;
    const who = process === undefined ? "" : ` (process ${process} on ${host}, since ${since})`;
    throw new PlatewrightError(
      "exists",
      `Another run is writing into "${main.location}"${who}. Wait for it, or give another folder; if there is no such run any more, remove ${lockName} there.`,
      { location: main.location, process, host, since, cause: thrown },
    );
  }
}
