import type { ArrayDescription, StorageBackend } from "@platewright/core";
import { PlatewrightError } from "@platewright/core";
import { fakeStorage } from "./fake-storage.ts";

/** A JSON document that a test may change anywhere. */
export type Document = ReturnType<typeof JSON.parse>;

/** Documents of a plate by their path, and shapes of its arrays by theirs. */
export interface FakePlate {
  readonly documents: Record<string, Document>;
  readonly arrays: Record<string, readonly number[]>;
}

/** A plate of two wells, a field each, two channels, three z planes, two levels, as OME-Zarr 0.4 on Zarr v2 describes it. */
export function fakePlate(): FakePlate {
  const documents: Record<string, Document> = {
    ".zattrs": {
      plate: {
        version: "0.4",
        name: "seven",
        rows: [{ name: "A" }, { name: "B" }],
        columns: [{ name: "1" }, { name: "2" }, { name: "3" }],
        wells: [
          { path: "A/1", rowIndex: 0, columnIndex: 0 },
          { path: "B/3", rowIndex: 1, columnIndex: 2 },
        ],
      },
    },
  };
  const arrays: Record<string, readonly number[]> = {};
  for (const well of ["A/1", "B/3"]) {
    documents[`${well}/.zattrs`] = { well: { version: "0.4", images: [{ path: "0" }] } };
    documents[`${well}/0/.zattrs`] = {
      multiscales: [
        {
          version: "0.4",
          axes: [
            { name: "t", type: "time" },
            { name: "c", type: "channel" },
            { name: "z", type: "space", unit: "micrometer" },
            { name: "y", type: "space", unit: "micrometer" },
            { name: "x", type: "space", unit: "micrometer" },
          ],
          datasets: [
            { path: "0", coordinateTransformations: [{ type: "scale", scale: [1, 1, 2, 0.5, 0.25] }] },
            { path: "1", coordinateTransformations: [{ type: "scale", scale: [1, 1, 2, 1, 0.5] }] },
          ],
        },
      ],
      omero: { channels: [{ label: "DAPI" }, { label: "GFP" }] },
    };
    arrays[`${well}/0/0`] = [1, 2, 3, 64, 80];
    arrays[`${well}/0/1`] = [1, 2, 3, 32, 40];
  }
  return { documents, arrays };
}

/** The plate as OME-Zarr 0.5 on Zarr v3 describes it. */
export function asVersion5({ documents, arrays }: FakePlate): FakePlate {
  const moved = Object.entries(documents).map(([path, document]) => {
    const ome = {
      version: "0.5",
      ...JSON.parse(JSON.stringify(document).replaceAll('"version":"0.4",', "")),
    };
    return [
      path.replace(".zattrs", "zarr.json"),
      { zarr_format: 3, node_type: "group", attributes: { ome } },
    ];
  });
  return { documents: Object.fromEntries(moved), arrays };
}

/** A storage that holds the plate, and describes its arrays. */
export function storageOf({ documents, arrays }: FakePlate, name = "zarr"): StorageBackend {
  const contents = Object.entries(documents).map(([path, document]) => [
    path,
    typeof document === "string" ? document : JSON.stringify(document),
  ]);
  return {
    ...fakeStorage(Object.fromEntries(contents), undefined, "/plates/seven.zarr"),
    name,
    describeArray(path): ArrayDescription {
      const shape = arrays[path];
      if (!shape) throw new PlatewrightError("not-found", `There is no array "${path}".`);
      return { shape, dtype: "uint16" };
    },
  };
}
