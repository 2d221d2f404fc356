import { type Component, compareValues, groupByWell, type ImageKey } from "@platewright/core";
import type { Style } from "../output/style.ts";
import { counted, listed } from "../output/table.ts";
import { plateMap } from "./plate-map.ts";
import type { PlateSummary } from "./summarize.ts";

const mostWellsInLine = 12;
const mostMissingWells = 6;

/** A plate's summary as lines for people. */
export function summaryText(summary: PlateSummary, style: Style): string {
  const { wells, components, shape, dtype, pixelSize, gridDimensions: grid, projections } = summary;
  const size = shape ? ` of ${shape[1]} × ${shape[0]} pixels` : "";
  const rows: (readonly [string, string | undefined])[] = [
    ["wells", `${wells.length}: ${listed(wells, mostWellsInLine)}`],
    [
      "sites",
      valuesText(
        components.site,
        grid && `a grid of ${counted(grid[0], "row")} × ${counted(grid[1], "column")}`,
      ),
    ],
    ["channels", channelsText(summary)],
    ["z planes", valuesText(components.z)],
    ["timepoints", valuesText(components.timepoint)],
    ["images", `${summary.images}${size}${dtype ? `, ${dtype}` : ""}`],
    ["pixel size", pixelSize && sizeText(pixelSize)],
    [
      "projections",
      projections === undefined ? undefined : `${projections}, made by the microscope and not read`,
    ],
    ["missing", missingText(summary.missing, style)],
  ];
  return [
    `${style.bold(summary.name)}  ${summary.layout}`,
    ...rows.flatMap(([label, text]) =>
      text === undefined ? [] : [`  ${style.dim(label.padEnd(11))} ${text}`],
    ),
    ...(wells.length > mostWellsInLine
      ? ["", ...plateMap(wells, summary.plateDimensions).map((line) => `  ${line}`)]
      : []),
    ...(summary.notes.length > 0
      ? ["", ...summary.notes.map((note) => `  ${style.yellow("note")} ${note}`)]
      : []),
  ].join("\n");
}

function valuesText(values: readonly string[], more?: string): string {
  const named = values.length > 1 ? ` (${rangeText(values)})` : "";
  return `${values.length}${named}${more === undefined ? "" : `, ${more}`}`;
}

/** `1 … 9` where the values are whole numbers without a gap, else a list. */
function rangeText(values: readonly string[]): string {
  const first = Number(values[0]);
  const whole = values.every((value, i) => value === String(first + i));
  return whole && values.length > 2 ? `${values[0]} … ${values.at(-1)}` : listed(values, 12);
}

function channelsText({ components: { channel }, channelNames = {} }: PlateSummary): string {
  const named = channel.map((value) =>
    Object.hasOwn(channelNames, value) && channelNames[value] !== value
      ? `${value} ${channelNames[value]}`
      : value,
  );
  return named.length === 1 && named[0] === channel[0] ? `1` : `${channel.length}: ${listed(named, 12)}`;
}

function sizeText({ x, y, unit }: NonNullable<PlateSummary["pixelSize"]>): string {
  const [width, height] = [x, y].map((side) => String(Number(side.toPrecision(6))));
  return width === height ? `${width} ${unit}` : `${width} × ${height} ${unit} (x × y)`;
}

function missingText(missing: readonly ImageKey[], style: Style): string {
  if (missing.length === 0) return "none";
  const wells = [...groupByWell(missing)].map(([well, keys]) =>
    keys.length === 1 && keys[0]
      ? `${well} (${positionText(keys[0])})`
      : `${well} (${keys.length}: ${spreadText(keys)})`,
  );
  return style.red(`${counted(missing.length, "image")} in ${listed(wells, mostMissingWells)}`);
}

function positionText({ site, channel, z, timepoint }: ImageKey): string {
  return `site ${site}, channel ${channel}, z ${z}, timepoint ${timepoint}`;
}

function spreadText(keys: readonly ImageKey[]): string {
  const parts: readonly Component[] = ["site", "channel", "z", "timepoint"];
  return parts
    .map((part) => `${part} ${rangeText([...new Set(keys.map((key) => key[part]))].sort(compareValues))}`)
    .join(", ");
}
