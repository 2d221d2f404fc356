import { PlatewrightError, type Roi } from "@platewright/core";
import type { FileCodec } from "../codecs/codec.ts";
import { onDemand } from "../on-demand.ts";
import { encodeRoi } from "./encode-roi.ts";

const library = onDemand((require) => require("fflate") as typeof import("fflate"));

/** Writes lists of regions as a .zip of .roi files, which ImageJ's ROI manager opens. The same regions give the same bytes. */
export const roiZipCodec: FileCodec = {
  kind: "codec",
  name: "ImageJ ROI",
  endings: [".zip"],
  encodeValue(path, value) {
    if (!Array.isArray(value) || !value.every(isRoi)) throw noRegions(path);
    const digits = Math.max(4, String(value.length).length);
    const files = value.map((roi, i) => {
      const name = nameOf(roi, String(i + 1).padStart(digits, "0"));
      return [`${name}.roi`, encodeRoi(roi, name)] as const;
    });
    // A fixed date: a zip of the same regions is the same file whenever it was written.
    return library().zipSync(Object.fromEntries(files), { mtime: new Date(1980, 0, 1), level: 6 });
  },
};

/** Its number keeps names apart and in order; ImageJ shows the name of the file. */
function nameOf(roi: Roi, number: string): string {
  const own = roi.name?.trim().replace(/[^\p{L}\p{N} ._-]+/gu, "-");
  return own ? `${number}-${own}` : number;
}

function isRoi(value: unknown): value is Roi {
  if (typeof value !== "object" || value === null) return false;
  const { type, points } = value as { readonly type?: unknown; readonly points?: unknown };
  if (type === "polygon" || type === "points") return Array.isArray(points) && points.every(isPoint);
  return (
    type === "rectangle" && ["x", "y", "width", "height"].every((side) => isNumber((value as never)[side]))
  );
}

function isPoint(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

function noRegions(path: string): PlatewrightError {
  return new PlatewrightError(
    "storage",
    `The value for ${JSON.stringify(path)} is no list of regions. Give { type: "polygon" | "points", points: [[x, y], …] } or { type: "rectangle", x, y, width, height }.`,
    { path },
  );
}
