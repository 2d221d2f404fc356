import { bytesText, type Plan, type RunReport } from "@platewright/core";
import { inFlags } from "../output/in-flags.ts";
import type { Style } from "../output/style.ts";
import { counted, tableLines } from "../output/table.ts";

/** What `run --json` prints. */
export function reportDocument(report: RunReport, verbose: boolean): object {
  const wells = Object.entries(report.wells).map(([well, { error, ...rest }]) => {
    if (!error) return [well, rest] as const;
    const { stack, ...told } = error;
    return [well, { ...rest, error: verbose && stack !== undefined ? { ...told, stack } : told }] as const;
  });
  return { ...report, wells: Object.fromEntries(wells) };
}

/** The table of wells at the end of a run, and where the results lie. */
export function reportText(report: RunReport, plan: Plan, style: Style): string {
  // What is kept in a file for each group has no rows.
  const tables = plan.steps.flatMap(({ gives }) =>
    gives.filter(({ file }) => file?.format === "csv" || file?.format === "json"),
  );
  const wells = Object.entries(report.wells);
  const cells = wells.map(([well, { status, seconds, units, images, rows, kept, error }]) => [
    well,
    kept ? "kept" : status,
    seconds.toFixed(2),
    String(units),
    String(images),
    ...tables.map(({ key }) => (status === "complete" ? String(rows[key] ?? 0) : "")),
    error ? inFlags(error.message) : "",
  ]);
  const lines = tableLines(
    [
      { title: "well" },
      { title: "status" },
      { title: "seconds", right: true },
      { title: "units", right: true },
      { title: "images", right: true },
      ...tables.map(({ key }) => ({ title: key, right: true })),
      { title: cells.some((row) => row.at(-1) !== "") ? "error" : "" },
    ],
    cells,
    (cell, column, row) => (row < 0 ? style.dim(cell) : column === 1 ? painted(cell, style) : cell),
  );
  return [...lines, "", ...closingLines(report, plan)].join("\n");
}

function closingLines(report: RunReport, plan: Plan): readonly string[] {
  const { outputs, memory, seconds, workers, devices } = report;
  const wells = Object.values(report.wells);
  const complete = wells.filter(({ status }) => status === "complete").length;
  const totals = plan.steps.flatMap(({ gives }) =>
    gives.flatMap(({ key, file }) => {
      const written = file && [...outputs.tables, ...outputs.artifacts].includes(file.path);
      if (!file || !written) return [];
      const total = wells.reduce((sum, { rows }) => sum + (rows[key] ?? 0), 0);
      return [`${file.path} (${counted(total, "row")})`];
    }),
  );
  const kept = new Set(plan.steps.flatMap(({ gives }) => gives.flatMap(({ file }) => file?.path ?? [])));
  const files = outputs.artifacts.filter((path) => !kept.has(path)).length;
  if (files > 0) totals.push(counted(files, "other file"));
  const used = devices.map((id) => deviceText(plan, id)).join(" and ");
  return [
    `${complete} of ${counted(wells.length, "well")} complete in ${seconds.toFixed(1)} s with ${counted(workers, "worker")}; at most ${bytesText(memory.peakHostBytes)} of arrays at once.`,
    ...(devices.length > 0
      ? [`Used ${used}; at most ${bytesText(memory.peakDeviceBytes)} of arrays there at once.`]
      : []),
    `Results in ${outputs.folder}: ${[counted(outputs.images, "image"), ...totals, "run.json"].join(", ")}`,
  ];
}

function deviceText({ devices }: Plan, id: string): string {
  const device = devices.find((one) => one.id === id);
  return device ? `${id} (${device.name})` : id;
}

function painted(cell: string, style: Style): string {
  const status = cell.trim();
  if (status === "complete" || status === "kept") return style.green(cell);
  return status === "failed" ? style.red(cell) : style.yellow(cell);
}
