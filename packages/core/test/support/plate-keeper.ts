import {
  type ImageKey,
  keyText,
  type PlateDeclaration,
  type PlateStorage,
  type PlateStore,
  type StorageBackend,
  type StorageProvider,
} from "@platewright/core";
import { createFakeDisk } from "./storage.ts";

/** What was done to a plate: the shapes of its planes and, with their name behind, its labels, and what happened to wells. */
export interface KeptPlate {
  readonly declaration: PlateDeclaration;
  readonly planes: Map<string, readonly number[]>;
  readonly log: string[];
}

/** A storage that keeps plates, and what was done to each. */
export function createPlateKeeper(): {
  readonly provider: StorageProvider;
  readonly plates: ReadonlyMap<string, KeptPlate>;
} {
  const disk = createFakeDisk("arrays");
  const plates = new Map<string, KeptPlate>();
  const storeOf = (folder: string): PlateStore => {
    const plate = plates.get(folder);
    if (!plate) throw new Error(`${folder} was not declared`);
    return {
      declaration: plate.declaration,
      hasWell: async (well) => plate.log.includes(`finish ${well}`),
      sourceOf: async () => undefined,
      openWell: async () => {
        throw new Error("This storage only writes.");
      },
      writePlane: async (key: ImageKey, { shape }) => void plate.planes.set(keyText(key), shape),
      writeLabels: async (name, key, { shape }) => void plate.planes.set(`${keyText(key)}/${name}`, shape),
      finishWell: async (well) => void plate.log.push(`finish ${well}`),
      removeWell: async (well) => void plate.log.push(`remove ${well}`),
      finish: async () => void plate.log.push("finish"),
    };
  };
  const provider: StorageProvider = {
    ...disk.provider,
    keepsPlates: true,
    async open(location, options) {
      const backend: StorageBackend = await disk.provider.open(location, options);
      const keeper: PlateStorage = {
        ...backend,
        async declarePlate(folder, declaration) {
          plates.set(folder, { declaration, planes: new Map(), log: [] });
          return storeOf(folder);
        },
        joinPlate: async (folder) => storeOf(folder),
      };
      return keeper;
    },
  };
  return { provider, plates };
}
