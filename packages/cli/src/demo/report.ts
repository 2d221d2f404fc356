import { tableLines } from "../output/table.ts";
import type { FieldCount, WellCount } from "./read-counts.ts";
import { countByWell, sumCounts } from "./read-counts.ts";

/** What the demo says at its end, as a document for programs. */
export interface DemoReport {
  /** Whether every well's count is within the tolerance. */
  readonly ok: boolean;
  readonly tolerancePercent: number;
  readonly wells: Readonly<Record<string, WellCount>>;
  readonly total: WellCount;
  readonly seconds: number;
  readonly folder: string;
  readonly plate: string;
  readonly results: string;
  readonly overview: string;
}

/** Judges the counts: every well, and so the plate, must be within the tolerance. */
export function judge(
  fields: readonly FieldCount[],
  tolerancePercent: number,
): Pick<DemoReport, "ok" | "tolerancePercent" | "wells" | "total"> {
  const wells = countByWell(fields);
  return {
    ok: [...wells.values()].every(({ differencePercent }) => Math.abs(differencePercent) <= tolerancePercent),
    tolerancePercent,
    wells: Object.fromEntries(wells),
    total: sumCounts(fields),
  };
}

/** A table of planted and counted cells by well. */
export function tableText({ wells, total }: Pick<DemoReport, "wells" | "total">): string {
  const rows = [...Object.entries(wells), ["all", total] as const].map(
    ([name, { planted, counted, differencePercent }]) => [
      name,
      String(planted),
      String(counted),
      signed(differencePercent),
    ],
  );
  const titles = ["planted", "counted", "difference"].map((title) => ({ title, right: true }));
  return tableLines([{ title: "well" }, ...titles], rows).join("\n");
}

/** A difference with its sign, to a tenth of a percent. */
export function signed(percent: number): string {
  const rounded = percent.toFixed(1);
  if (Number(rounded) === 0) return "0.0 %";
  return `${percent > 0 ? "+" : ""}${rounded} %`;
}
