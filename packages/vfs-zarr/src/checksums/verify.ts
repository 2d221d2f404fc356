import { joinPath, messageOf, throwIfAborted } from "@platewright/core";
import pLimit from "p-limit";
import { allOf } from "../all-of.ts";
import type { Checksums } from "./checksums.ts";
import { manifestName } from "./manifest.ts";

/** What a check of all files found. */
export interface Verification {
  /** How many files have a checksum. */
  readonly files: number;
  /** A sentence for each file that is damaged or missing. */
  readonly damages: readonly string[];
}

const filesAtOnce = 8;

/** Reads every file that a checksum is kept of, and holds it against it. */
export async function verifyAll(
  checksums: Checksums,
  folder: string,
  signal?: AbortSignal,
): Promise<Verification> {
  const damages: string[] = [];
  let files = 0;
  const attempt = async <T>(task: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await task();
    } catch (error) {
      throwIfAborted(signal);
      damages.push(messageOf(error));
      return undefined;
    }
  };
  const verifyFolder = async (name: string): Promise<void> => {
    const manifest = await attempt(() => checksums.manifest(name, signal));
    const limited = pLimit(filesAtOnce);
    const verifyFile = async (path: string): Promise<void> => {
      const full = joinPath(name, path);
      files += 1;
      const bytes = await attempt(() => checksums.read(full, signal, name));
      if (bytes && path.endsWith(`/${manifestName}`))
        await verifyFolder(full.slice(0, -manifestName.length - 1));
    };
    await allOf([...(manifest?.keys() ?? [])].map((path) => limited(() => verifyFile(path))));
  };
  await verifyFolder(folder);
  return { files, damages };
}
