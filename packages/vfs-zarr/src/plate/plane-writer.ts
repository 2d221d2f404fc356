import { type HostArray, joinPath, PlatewrightError, type TypedArray } from "@platewright/core";
import { allOf } from "../all-of.ts";
import { arrayDocuments, chunkKey } from "../arrays/array-documents.ts";
import { chunkOfPlane, encodePlane } from "../arrays/encode-plane.ts";
import type { SummedFiles } from "../checksums/summed-files.ts";
import { formatOf, type PlateDeclaration } from "./declaration.ts";
import { axisNames } from "./ome-documents.ts";
import { levelShapes, type Reduction, reducePlane } from "./pyramid.ts";

/** Writes the planes of one multiscale image, all levels of each. */
export interface PlaneWriter {
  /** `index` is the plane's place along t, c and z. Throws "array" where its shape or dtype is not the first one's. */
  writePlane(index: readonly [number, number, number], image: HostArray, signal?: AbortSignal): Promise<void>;
  /** Writes the metadata of the levels. */
  writeDocuments(): Promise<void>;
  readonly levels: number;
  /** The first image, which says what the others are. */
  readonly first: Pick<HostArray, "shape" | "dtype">;
}

/** Begins a multiscale image in a folder; its first image says what the others are. `lengths`: how many t, c and z. */
export function createPlaneWriter(
  declaration: PlateDeclaration,
  folder: string,
  lengths: readonly [number, number, number],
  { shape, dtype }: Pick<HostArray, "shape" | "dtype">,
  reduction: Reduction,
  write: SummedFiles["write"],
): PlaneWriter {
  const [height = 0, width = 0] = shape;
  const shapes = levelShapes([height, width]);
  const format = formatOf(declaration);
  const { codec = "blosc-lz4", chunkSize } = declaration;

  const writeLevel = async (
    level: number,
    index: readonly number[],
    data: TypedArray,
    levelShape: readonly [number, number],
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    const chunk = chunkOfPlane(levelShape, chunkSize);
    for await (const { row, column, bytes } of encodePlane(data, levelShape, chunk, {
      dtype,
      codec,
    })) {
      const key = chunkKey(format, [...index, row, column], "/");
      await write(joinPath(folder, String(level), key), bytes, signal);
    }
  };

  return {
    levels: shapes.length,
    first: { shape, dtype },
    async writePlane(index, image, signal) {
      if (image.dtype !== dtype || image.shape.join() !== shape.join())
        throw differs(folder, image, { shape, dtype });
      let { data } = image as { data: TypedArray };
      const writes: Promise<void>[] = [];
      for (const [level, levelShape] of shapes.entries()) {
        const above = shapes[level - 1];
        if (above) data = reducePlane(data, above, dtype, reduction);
        writes.push(writeLevel(level, index, data, levelShape, signal));
      }
      await allOf(writes);
    },
    async writeDocuments() {
      for (const [level, levelShape] of shapes.entries()) {
        const documents = arrayDocuments({
          format,
          codec,
          dtype,
          shape: [...lengths, ...levelShape],
          chunks: [1, 1, 1, ...chunkOfPlane(levelShape, chunkSize)],
          separator: "/",
          dimensionNames: axisNames,
        });
        for (const [name, bytes] of documents) await write(joinPath(folder, String(level), name), bytes);
      }
    },
  };
}

function differs(
  folder: string,
  image: Pick<HostArray, "shape" | "dtype">,
  first: Pick<HostArray, "shape" | "dtype">,
): PlatewrightError {
  const say = ({ shape, dtype }: Pick<HostArray, "shape" | "dtype">) =>
    `${dtype} of shape (${shape.join(", ")})`;
  return new PlatewrightError(
    "array",
    `An image for field "${folder}" is ${say(image)}, where ${say(first)} was expected. The images of a field are alike.`,
    { path: folder },
  );
}
