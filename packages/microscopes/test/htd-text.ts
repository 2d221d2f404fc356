import { parseWell } from "@platewright/core";

/** What an HTD file for a test promises. */
export interface HtdContent {
  readonly wells: readonly string[];
  /** Rows and columns. */
  readonly sites: readonly [rows: number, columns: number];
  readonly channels: readonly string[];
  readonly z: number;
  readonly timepoints: number;
}

/** The text of an HTD file of a 96-well plate, as MetaXpress writes it. */
export function htdOf({ wells, sites: [rows, columns], channels, z, timepoints }: HtdContent): string {
  const selected = new Set(wells.map((well) => JSON.stringify(parseWell(well))));
  const flags = (count: number, on: (i: number) => boolean): string =>
    Array.from({ length: count }, (_, i) => (on(i) ? "TRUE" : "FALSE")).join(", ");
  const lines = [
    '"HTSInfoFile", Version 1.0',
    `"TimePoints", ${timepoints}`,
    `"ZSeries", ${z > 1 ? "TRUE" : "FALSE"}`,
    `"ZSteps", ${z}`,
    '"XWells", 12',
    '"YWells", 8',
    ...Array.from({ length: 8 }, (_, row) => {
      const on = (column: number): boolean => selected.has(JSON.stringify({ row, column }));
      return `"WellsSelection${row + 1}", ${flags(12, on)}`;
    }),
    '"Sites", TRUE',
    `"XSites", ${columns}`,
    `"YSites", ${rows}`,
    ...Array.from({ length: rows }, (_, row) => `"SiteSelection${row + 1}", ${flags(columns, () => true)}`),
    '"Waves", TRUE',
    `"NWavelengths", ${channels.length}`,
    ...channels.flatMap((name, i) => [`"WaveName${i + 1}", "${name}"`, `"WaveCollect${i + 1}", 1`]),
    '"EndFile"',
  ];
  return `${lines.join("\r\n")}\r\n`;
}
