import type { Plan } from "../../compile/plan/plan.ts";
import type { DeviceId } from "../../memory/memory-type.ts";
import { defined } from "../../plain-data.ts";
import type { ErrorRecord, RunEvent } from "../events.ts";
import type { WellSummary } from "./well-rows.ts";

/** What a run did. */
export interface RunReport {
  /** `complete`: all wells. `partial`: some. `failed`: none. */
  readonly status: "complete" | "partial" | "failed";
  /** Whether it was cancelled before the end. */
  readonly cancelled: boolean;
  readonly planHash: string;
  readonly seconds: number;
  readonly wells: { readonly [well: string]: WellReport };
  readonly outputs: {
    readonly images: number;
    /** Paths in the folder. */
    readonly tables: readonly string[];
    readonly artifacts: readonly string[];
    readonly folder: string;
  };
  readonly memory: {
    readonly peakHostBytes: number;
    readonly peakDeviceBytes: number;
    readonly bytesCopied: number;
  };
  readonly devices: readonly DeviceId[];
  readonly workers: number;
}

/** How one well went. */
export interface WellReport {
  readonly status: WellSummary["status"];
  readonly seconds: number;
  readonly units: number;
  readonly images: number;
  /** Rows that it gave to each table and document, by key. */
  readonly rows: { readonly [key: string]: number };
  /** Whether an earlier run completed it, with which this one went on. */
  readonly kept?: true;
  /** What of its images' files changes when one of them does, as it was before they were read; for a run that goes on. */
  readonly source?: string;
  readonly error?: ErrorRecord;
}

/** Joins the outcomes of wells to a report. */
export function reportRun(
  plan: Plan,
  outcomes: readonly WellSummary[],
  files: {
    readonly tables: readonly string[];
    readonly artifacts: readonly string[];
    readonly folder: string;
  },
  run: {
    readonly seconds: number;
    readonly workers: number;
    readonly cancelled: boolean;
    readonly kept: ReadonlyMap<string, WellSummary>;
  },
): RunReport {
  const complete = outcomes.filter(({ status }) => status === "complete").length;
  const highest = outcomes.map(({ peakHostBytes }) => peakHostBytes).sort((a, b) => b - a);
  const onDevices = outcomes.map(({ peakDeviceBytes }) => peakDeviceBytes).sort((a, b) => b - a);
  const devices = Object.values(plan.wells).flatMap(({ devices: own }) => Object.values(own ?? {}));
  return {
    status: complete === outcomes.length ? "complete" : complete > 0 ? "partial" : "failed",
    cancelled: run.cancelled,
    planHash: plan.hash,
    seconds: run.seconds,
    wells: Object.fromEntries(
      outcomes.map((outcome) => [outcome.well, reportWell(outcome, run.kept.has(outcome.well))]),
    ),
    outputs: { images: outcomes.reduce((sum, { images }) => sum + images.length, 0), ...files },
    memory: {
      peakHostBytes: highest.slice(0, run.workers).reduce((sum, bytes) => sum + bytes, 0),
      peakDeviceBytes: onDevices.slice(0, run.workers).reduce((sum, bytes) => sum + bytes, 0),
      bytesCopied: outcomes.reduce((sum, { bytesCopied }) => sum + bytesCopied, 0),
    },
    devices: [...new Set(devices)],
    workers: run.workers,
  };
}

function reportWell(
  { status, seconds, units, images, tables, source, error }: WellSummary,
  kept: boolean,
): WellReport {
  const rows = Object.entries(tables).map(([key, table]) => [key, table.rows] as const);
  return {
    status,
    seconds,
    units,
    images: images.length,
    rows: Object.fromEntries(rows),
    ...defined({ kept: kept || undefined, source, error }),
  };
}

/** The document that is kept beside the results from the start of a run, until its end is known. */
export function runningDocument(plan: Plan, versions: object): object {
  return { ...planned(plan, versions), status: "running" };
}

/** The document that is kept beside the results: what was run on what, and what came of it. */
export function runDocument(
  plan: Plan,
  report: RunReport,
  events: readonly RunEvent[],
  versions: object,
): object {
  return {
    ...planned(plan, versions),
    status: report.status,
    cancelled: report.cancelled,
    seconds: report.seconds,
    wells: report.wells,
    outputs: { ...report.outputs, folder: undefined },
    memory: report.memory,
    devices: report.devices,
    workers: report.workers,
    events,
  };
}

/** What a finished run reported, from the document that it left; every well of it is kept. */
export function reportFrom(document: object, folder: string): RunReport {
  const { status, cancelled, planHash, wells, outputs, memory, devices, workers } = document as RunReport;
  return {
    ...{ status, cancelled, planHash, seconds: 0 },
    wells: Object.fromEntries(
      Object.entries(wells).map(([well, report]) => [well, { ...report, kept: true }]),
    ),
    outputs: { ...outputs, folder },
    ...{ memory, devices, workers },
  };
}

function planned(plan: Plan, versions: object): object {
  return {
    pipeline: plan.pipeline,
    planHash: plan.hash,
    planVersion: plan.version,
    versions,
    plate: plan.plate,
    settings: plan.settings,
    steps: plan.steps.map(({ name, hash, chains, dtype, output }) => ({
      name,
      hash,
      dtype,
      functions: Object.entries(chains).flatMap(([group, { calls }]) =>
        calls.map(({ function: id, params, injected }) => ({
          group: group === "*" ? undefined : group,
          ...id,
          params,
          injected,
        })),
      ),
      folder: output?.folder,
    })),
    warnings: plan.warnings,
  };
}
