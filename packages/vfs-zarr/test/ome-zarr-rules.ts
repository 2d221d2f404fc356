import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

/** Whatever a document holds: what it must be is asserted below. */
type Json = ReturnType<typeof JSON.parse>;

/**
 * Holds a plate on the disk to the rules of OME-Zarr 0.4 on Zarr v2 or 0.5 on Zarr v3 (ngff.openmicroscopy.org), the
 * recommended parts too: every path exists, ranks agree, no key but the specified ones. Answers how many of each it met.
 */
export function checkOmeZarr(folder: string, version: "0.4" | "0.5") {
  const counts = { plates: 0, wells: 0, images: 0, labels: 0, arrays: 0 };
  const read = (path: string): Json => JSON.parse(readFileSync(join(folder, path), "utf8"));
  const group = (path: string): Json => {
    if (version === "0.5") {
      const document = read(join(path, "zarr.json"));
      expect(document).toMatchObject({ zarr_format: 3, node_type: "group" });
      if (document.attributes.ome) expect(document.attributes.ome.version).toBe("0.5");
      return document.attributes.ome;
    }
    expect(read(join(path, ".zgroup"))).toEqual({ zarr_format: 2 });
    return read(join(path, ".zattrs"));
  };
  const versioned = (part: Json): void => {
    if (version === "0.4") expect(part.version).toBe("0.4");
    else expect(part).not.toHaveProperty("version");
  };

  const checkArray = (path: string, rank: number): readonly number[] => {
    counts.arrays += 1;
    const v2 = version === "0.4";
    const document = read(join(path, v2 ? ".zarray" : "zarr.json"));
    expect(document.shape.length).toBe(rank);
    if (v2)
      expect(document).toMatchObject({ zarr_format: 2, dimension_separator: "/", order: "C", filters: null });
    else expect(document.dimension_names).toEqual(["t", "c", "z", "y", "x"]);
    const chunks = v2 ? document.chunks : document.chunk_grid.configuration.chunk_shape;
    expect(chunks.slice(0, -2)).toEqual([1, 1, 1]);
    return document.shape;
  };

  const checkImage = (path: string, ome: Json): void => {
    for (const multiscale of ome.multiscales) {
      versioned(multiscale);
      expect(multiscale).toMatchObject({
        name: expect.any(String),
        type: expect.any(String),
        metadata: expect.any(Object),
      });
      const types = multiscale.axes.map(({ type }: Json) => type);
      expect(types).toEqual(["time", "channel", "space", "space", "space"]);
      let before: readonly number[] = [];
      let scaleBefore: readonly number[] = [];
      for (const { path: dataset, coordinateTransformations: transformations } of multiscale.datasets) {
        const shape = checkArray(join(path, dataset), types.length);
        expect(transformations).toEqual([{ type: "scale", scale: expect.any(Array) }]);
        const { scale } = transformations[0];
        expect(scale.length).toBe(types.length);
        if (before.length > 0) {
          expect(shape).toEqual([...before.slice(0, -2), ...before.slice(-2).map((n) => Math.ceil(n / 2))]);
          expect(scale).toEqual([...scaleBefore.slice(0, -2), ...scaleBefore.slice(-2).map((n) => 2 * n)]);
        }
        before = shape;
        scaleBefore = scale;
      }
    }
  };

  const checkField = (path: string): void => {
    counts.images += 1;
    const ome = group(path);
    checkImage(path, ome);
    for (const { color, window, label } of ome.omero.channels) {
      expect(label).toEqual(expect.any(String));
      expect(color).toMatch(/^[0-9A-F]{6}$/);
      for (const bound of ["min", "max", "start", "end"]) expect(window[bound]).toEqual(expect.any(Number));
      expect(window.end).toBeGreaterThan(window.start);
    }
    const names = readdirSync(join(folder, path));
    if (!names.includes("labels")) return;
    for (const label of group(join(path, "labels")).labels) {
      counts.labels += 1;
      const place = join(path, "labels", label);
      const own = group(place);
      checkImage(place, own);
      versioned(own["image-label"]);
      expect(own["image-label"].source).toEqual({ image: "../../" });
    }
  };

  const { plate } = group("");
  counts.plates += 1;
  versioned(plate);
  expect(Object.keys(plate).filter((key) => key !== "version")).toEqual([
    "name",
    "field_count",
    "rows",
    "columns",
    "wells",
  ]);
  for (const name of [...plate.rows, ...plate.columns].map((each: Json) => each.name))
    expect(name).toMatch(/^[A-Za-z0-9]+$/);
  for (const { path, rowIndex, columnIndex } of plate.wells) {
    counts.wells += 1;
    expect(path).toBe(`${plate.rows[rowIndex].name}/${plate.columns[columnIndex].name}`);
    const { well } = group(path);
    versioned(well);
    expect(well.images.length).toBeLessThanOrEqual(plate.field_count);
    for (const image of well.images) checkField(join(path, image.path));
  }
  return counts;
}
