import type { Plan } from "../../compile/plan/plan.ts";
import type { DeviceId } from "../../memory/memory-type.ts";
import { defined } from "../../plain-data.ts";
import type { ErrorRecord } from "../events.ts";
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
  // As many wells as run at once may have their peaks at the same time.
  const peak = (bytesOf: (outcome: WellSummary) => number): number =>
    sum(
      outcomes
        .map(bytesOf)
        .sort((a, b) => b - a)
        .slice(0, run.workers),
    );
  const devices = Object.values(plan.wells).flatMap(({ devices: own }) => Object.values(own ?? {}));
  return {
    status: complete === outcomes.length ? "complete" : complete > 0 ? "partial" : "failed",
    cancelled: run.cancelled,
    planHash: plan.hash,
    seconds: run.seconds,
    wells: Object.fromEntries(
      outcomes.map((outcome) => [outcome.well, reportWell(outcome, run.kept.has(outcome.well))]),
    ),
    outputs: { images: sum(outcomes.map(({ images }) => images.length)), ...files },
    memory: {
      peakHostBytes: peak(({ peakHostBytes }) => peakHostBytes),
      peakDeviceBytes: peak(({ peakDeviceBytes }) => peakDeviceBytes),
      bytesCopied: sum(outcomes.map(({ bytesCopied }) => bytesCopied)),
    },
    devices: [...new Set(devices)],
    workers: run.workers,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
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

/** What the document beside the results, `run.json`, says of the plan from the start of a run on. */
export function plannedDocument(plan: Plan, versions: object): object {
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
