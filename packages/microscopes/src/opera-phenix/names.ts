import { type ImageKey, PlatewrightError, parseWell, wellName } from "@platewright/core";
import { trimZeros } from "../images.ts";

const pattern = /^r(\d{2,})c(\d{2,})f(\d{2,})p(\d{2,})(?:rc\d+)?-ch(\d+)sk(\d+)fk\d+fl\d+\.tiff?$/i;

/** Reads "r01c01f01p01-ch1sk1fk1fl1.tiff": row, column, field, plane, channel, timepoint; `undefined` for any other name. */
export function parseHarmonyName(name: string): ImageKey | undefined {
  const found = pattern.exec(name);
  if (!found) return undefined;
  const [row, column, site, z, channel, timepoint] = found.slice(1).map(trimZeros);
  const well = wellOf(row, column);
  if (!well || !site || !z || !channel || !timepoint) return undefined;
  return { well, site, channel, z, timepoint };
}

/** The well of a row and a column that count from 1; `undefined` where they are none. */
export function wellOf(row: string | undefined, column: string | undefined): string | undefined {
  const [r, c] = [Number(row), Number(column)];
  return Number.isInteger(r) && Number.isInteger(c) && r >= 1 && c >= 1
    ? wellName({ row: r - 1, column: c - 1 })
    : undefined;
}

/** The name that Harmony gives an image. Throws "plate" for a text that is no well, "parameter" for a value that is no number. */
export function formatHarmonyName(key: ImageKey): string {
  const position = parseWell(key.well);
  if (!position)
    throw new PlatewrightError("plate", `"${key.well}" names no well. Wells are named like "A01".`, {
      well: key.well,
    });
  const digits = (component: keyof ImageKey, length: number): string => {
    const value = key[component];
    if (!/^\d+$/.test(value))
      throw new PlatewrightError(
        "parameter",
        `Harmony names number the ${component}; "${value}" is no number. Give digits, such as "1".`,
        { component, value },
      );
    return trimZeros(value).padStart(length, "0");
  };
  const pad = (count: number): string => String(count).padStart(2, "0");
  const well = `r${pad(position.row + 1)}c${pad(position.column + 1)}`;
  return `${well}f${digits("site", 2)}p${digits("z", 2)}-ch${digits("channel", 1)}sk${digits("timepoint", 1)}fk1fl1.tiff`;
}
