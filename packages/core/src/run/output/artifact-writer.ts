import { isKeptByGroup } from "../../compile/phases/3-materialisation.ts";
import type { PlannedArtifact } from "../../compile/plan/plan.ts";
import type { WorkUnit } from "../../compile/plan/units.ts";
import type { HostArray } from "../../memory/host-array.ts";
import { releaseCopy } from "../../memory/release-copy.ts";
import type { ImagePosition } from "../../plate/image-key.ts";
import { imageName } from "../../plate/image-name.ts";
import { methodOf } from "../../vfs/capability.ts";
import { checkPath, joinPath } from "../../vfs/path.ts";
import type { WriteArrayOptions } from "../../vfs/storage-backend.ts";
import { executionError } from "../execution-error.ts";
import type { WriterScope } from "./image-writer.ts";
import type { Written } from "./written.ts";

/** Writes the artifacts of a well that are kept in a file for each group. */
export interface ArtifactWriter {
  /** Throws "storage" where the storage can't, and what it throws. */
  write(unit: WorkUnit, artifacts: Readonly<Record<string, unknown>>): Promise<void>;
  /** Saves a file of the results as it is. Throws as `write` does. */
  save<M extends keyof Contents>(method: M, path: string, content: Contents[M]): Promise<void>;
}

/** What a file is made of, by the method that writes it. */
interface Contents {
  readonly write: Uint8Array;
  readonly writeArray: HostArray;
  readonly writeValue: unknown;
}

/** Makes the writer of one well. */
export function createArtifactWriter(
  { plan, memory, results, overwrite, signal }: WriterScope,
  well: string,
  written: Written,
): ArtifactWriter {
  const { main } = results;

  const save = async <M extends keyof Contents>(
    method: M,
    path: string,
    content: Contents[M],
    options: WriteArrayOptions = {},
  ): Promise<void> => {
    const act = methodOf(main, method) as (
      path: string,
      content: unknown,
      options: WriteArrayOptions,
    ) => unknown;
    await act(checkPath(path), content, { overwrite, signal, ...options });
    written.note(path, async () => main.remove?.(path));
  };

  const saveArtifact = async (
    path: string,
    { key, file }: PlannedArtifact,
    value: unknown,
  ): Promise<void> => {
    if (file?.format !== "tiff") return save("writeValue", path, value);
    const host = await memory.convert(value, "host");
    const { pixelSize } = plan.plate;
    const { compression } = plan.settings;
    try {
      await save("writeArray", path, host, { name: key, pixelSize, compression });
    } finally {
      releaseCopy(memory, host, value);
    }
  };

  return {
    save,
    async write(unit, artifacts) {
      for (const planned of unit.step.gives) {
        const { key, file } = planned;
        if (!file || !isKeptByGroup(file.format) || !Object.hasOwn(artifacts, key)) continue;
        for (const { position, value } of partsOf(unit, key, artifacts[key])) {
          const path = joinPath(file.path, imageName({ well, ...position }, file.ending));
          try {
            await saveArtifact(path, planned, value);
          } catch (cause) {
            const what = `: "${key}" could not be kept as ${path}`;
            throw executionError({ well, step: unit.step.name }, what, cause);
          }
        }
      }
    },
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
