import { isKeptByGroup } from "../../compile/phases/3-materialisation.ts";
import type { PlannedArtifact } from "../../compile/plan/plan.ts";
import type { WorkUnit } from "../../compile/plan/units.ts";
import { messageOf, PlatewrightError } from "../../errors.ts";
import type { HostArray } from "../../memory/host-array.ts";
import { releaseCopy } from "../../memory/shares-memory.ts";
import { imageName } from "../../plate/image-name.ts";
import type { ImagePosition } from "../../plate/image-set.ts";
import { checkPath, joinPath } from "../../vfs/path.ts";
import type { StorageBackend, WriteOptions } from "../../vfs/storage-backend.ts";
import type { WriterScope } from "./image-writer.ts";

/** Writes the artifacts of a well that are kept in a file for each group. */
export interface ArtifactWriter {
  /** Throws "storage" where the storage can't, and what it throws. */
  write(unit: WorkUnit, artifacts: Readonly<Record<string, unknown>>): Promise<void>;
  /** Saves a file of the results as it is. Throws as `write` does. */
  save<M extends "write" | "writeArray" | "writeValue">(
    method: M,
    path: string,
    content: { readonly write: Uint8Array; readonly writeArray: HostArray; readonly writeValue: unknown }[M],
  ): Promise<void>;
  /** Removes what was written. Never throws: answers what could not be removed, in a sentence. */
  takeBack(): Promise<string | undefined>;
  paths(): readonly string[];
}

/** Makes the writer of one well. */
export function createArtifactWriter(
  { plan, memory, results, overwrite, signal }: WriterScope,
  well: string,
): ArtifactWriter {
  const { main } = results;
  const written = new Set<string>();

  const writeOne = async (path: string, { key, file }: PlannedArtifact, value: unknown): Promise<void> => {
    const options = { overwrite, signal };
    if (file?.format === "tiff") {
      if (!main.writeArray) throw unable(main, "arrays");
      const host = (await memory.convert(value, "host")) as HostArray;
      const {
        plate: { pixelSize },
        settings: { compression },
      } = plan;
      try {
        await main.writeArray(path, host, {
          ...options,
          name: key,
          pixelSize,
          compression: compression === "none" ? undefined : compression,
        });
      } finally {
        releaseCopy(memory, host, value);
      }
    } else {
      if (!main.writeValue) throw unable(main, "regions");
      await main.writeValue(path, value, options);
    }
    written.add(path);
  };

  return {
    async save(method, path, content) {
      const act = main[method] as
        | ((path: string, content: unknown, options: WriteOptions) => unknown)
        | undefined;
      if (!act) throw unable(main, "such files");
      await act.call(main, checkPath(path), content, { overwrite, signal });
      written.add(path);
    },
    async write(unit, artifacts) {
      for (const planned of unit.step.gives) {
        if (!planned.file || !isKeptByGroup(planned.file.format)) continue;
        if (!Object.hasOwn(artifacts, planned.key)) continue;
        const { ending } = planned.file;
        for (const { position, value } of partsOf(unit, planned.key, artifacts[planned.key])) {
          const path = joinPath(planned.file.path, imageName({ well, ...position }, ending));
          try {
            await writeOne(path, planned, value);
          } catch (cause) {
            throw new PlatewrightError(
              "execution",
              `Well ${well}, step "${unit.step.name}": "${planned.key}" could not be kept as ${path}: ${messageOf(cause)}`,
              { cause, well, step: unit.step.name },
            );
          }
        }
      }
    },
    async takeBack() {
      const removals = [...written].map(async (path) => main.remove?.(path));
      written.clear();
      const failed = (await Promise.allSettled(removals)).find((removal) => removal.status === "rejected");
      return failed && `What well ${well} had written could not be removed: ${messageOf(failed.reason)}`;
    },
    paths: () => [...written].sort(),
  };
}

/** A function that sees slices gives one value for each; any other gives one for the group, named for its first image. */
function partsOf(
  unit: WorkUnit,
  key: string,
  value: unknown,
): readonly { readonly position: ImagePosition; readonly value: unknown }[] {
  const call = unit.chain.calls.find(({ gives }) => gives.includes(key));
  const first = unit.inputs[0] as ImagePosition;
  if (call?.unit !== "slice" || !Array.isArray(value)) return [{ position: first, value }];
  return value.map((part: unknown, slice) => ({ position: unit.inputs[slice] ?? first, value: part }));
}

function unable(backend: StorageBackend, what: string): PlatewrightError {
  return new PlatewrightError(
    "storage",
    `The storage backend "${backend.name}" (${backend.location}) can't write ${what}.`,
  );
}
