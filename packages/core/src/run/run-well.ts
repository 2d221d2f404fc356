import type { Plan, PlannedWell, StepPlan, WellTemplate } from "../compile/plan/plan.ts";
import { scheduleUnits } from "../compile/plan/units.ts";
import { isCancellation, PlatewrightError } from "../errors.ts";
import { defined } from "../plain-data.ts";
import type { PlateImage } from "../plate/plate-layout.ts";
import type { StorageBackend } from "../vfs/storage-backend.ts";
import type { DeviceLeases, WellDevices } from "./call/device-leases.ts";
import { type ErrorRecord, type RunEvent, recordError } from "./events.ts";
import { inputOf } from "./input/convert-input.ts";
import { missingImages } from "./input/gather-input.ts";
import type { LazyValues } from "./input/lazy-values.ts";
import { sourceOf } from "./input/source-of.ts";
import { createArtifactWriter } from "./output/artifact-writer.ts";
import { createImageWriter } from "./output/image-writer.ts";
import type { Results } from "./output/results.ts";
import type { TableRow } from "./output/tables.ts";
import { createWritten } from "./output/written.ts";
import type { RunScope } from "./run-plan.ts";
import { runSchedule, tellDone, type WellAttempt, type WellProgress } from "./run-schedule.ts";
import { runTask } from "./run-tasks.ts";

/** What a well's run needs from its surroundings. */
export interface WellScope extends Pick<RunScope, "memory" | "functions" | "tasks"> {
  readonly plan: Plan;
  /** Those of this worker. */
  readonly lazyValues: LazyValues;
  /** Where the plate is read. */
  readonly plate: StorageBackend;
  /** The plate's images of this well. */
  readonly images: readonly PlateImage[];
  /** Where the results are written. */
  readonly results: Results;
  readonly overwrite: boolean;
  /** The devices of this worker. */
  readonly leases: DeviceLeases;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** How a well ended. */
export interface WellOutcome {
  readonly well: string;
  readonly status: "complete" | "failed" | "cancelled";
  readonly seconds: number;
  /** Units that were run. */
  readonly units: number;
  readonly error?: ErrorRecord;
  /** Whether it ended without taking back what it had written, because its worker died: `runPlan` does it then. */
  readonly isAbandoned?: true;
  /** What of its images' files changes when one of them does, as it was before they were read. */
  readonly source?: string;
  /** Paths of the images that it wrote. */
  readonly images: readonly string[];
  /** Paths of the artifacts that it wrote, beside those that become rows. */
  readonly artifacts?: readonly string[];
  /** Rows for each artifact that is kept, by key, in the order of the units. */
  readonly tables: Readonly<Record<string, readonly TableRow[]>>;
  /** Most bytes of arrays held at once, on the host and on devices. */
  readonly peakHostBytes: number;
  readonly peakDeviceBytes: number;
  readonly bytesCopied: number;
}

/**
 * Runs one well, unit by unit, intermediates released after their last reader. A failure never throws: it is the
 * outcome, and the images that the well had written are taken back.
 */
export async function runWell(well: string, scope: WellScope): Promise<WellOutcome> {
  const { plan, signal } = scope;
  const started = Date.now();
  const planned = plan.wells[well];
  const template = planned && plan.templates[planned.template];
  if (!template) throw new PlatewrightError("not-found", `Well ${well} is not in the plan.`, { well });
  const schedule = scheduleUnits(plan, template);
  const tasks = plan.steps.filter(({ index, task }) => task !== undefined && template.steps[index]);
  const all = schedule.length + tasks.length;
  const progress: WellProgress = { units: 0, all, peakHost: 0, peakDevice: 0, copied: 0, tables: {} };
  scope.onEvent({ type: "well-start", well, units: all });
  // Begun before the first read, so that a change meanwhile is told later; where it can't be told, reading tells why.
  const stamped = sourceOf(scope.images, scope.plate, signal).catch(() => undefined);
  let attempted: Attempted = { again: true };
  for (let attempt = 1; attempted.again; attempt++) {
    Object.assign(progress, { units: 0, tables: {} });
    const work = { well, planned, template, schedule, tasks, stamped, progress };
    attempted = await attemptWell(work, scope, attempt);
  }
  const { thrown, left, images = [], artifacts = [] } = attempted;
  const cancelled = thrown !== undefined && isCancellation(thrown.reason, signal);
  const status = thrown === undefined ? "complete" : cancelled ? "cancelled" : "failed";
  let error: ErrorRecord | undefined;
  if (thrown && !cancelled) {
    error = recordError(thrown.reason);
    if (left !== undefined) error = { ...error, causes: [...error.causes, left] };
  }
  const source = await stamped;
  const seconds = (Date.now() - started) / 1000;
  if (error) scope.onEvent({ type: "well-failed", well, error });
  else
    scope.onEvent(
      status === "complete" ? { type: "well-done", well, seconds } : { type: "well-cancelled", well },
    );
  return {
    well,
    status,
    seconds,
    units: progress.units,
    images,
    ...defined({ error, source, artifacts: artifacts.length > 0 ? artifacts : undefined }),
    tables: status === "complete" ? progress.tables : {},
    peakHostBytes: progress.peakHost,
    peakDeviceBytes: progress.peakDevice,
    bytesCopied: progress.copied,
  };
}

/** How often a well begins again after a device was lost, before it fails. */
const mostAttempts = 4;

interface Attempted {
  /** Whether a device was lost, so that the well is to begin again. */
  readonly again: boolean;
  readonly thrown?: { readonly reason: unknown };
  /** What could not be removed of what it had written. */
  readonly left?: string | undefined;
  readonly images?: readonly string[];
  readonly artifacts?: readonly string[];
}

/** What there is to do in a well. */
interface WellWork extends Pick<WellAttempt, "well" | "schedule" | "progress"> {
  readonly planned: PlannedWell;
  readonly template: WellTemplate;
  readonly tasks: readonly StepPlan[];
  readonly stamped: Promise<string | undefined>;
}

/** Runs a well from its beginning; what a failed attempt had written is taken back. */
async function attemptWell(work: WellWork, scope: WellScope, attempt: number): Promise<Attempted> {
  const { well, planned } = work;
  const [images, files] = [createWritten(well), createWritten(well)];
  const writer = createImageWriter(scope, well, images);
  const artifacts = createArtifactWriter(scope, well, files);
  let devices: WellDevices | undefined;
  try {
    if (planned.missing?.length) throw missingImages(well, planned.missing);
    const input = await inputOf(well, scope, work.stamped);
    devices = await scope.leases.forWell(planned.devices);
    const own = { ...scope, ...input };
    await runSchedule({ ...work, devices, writer, artifacts }, own);
    await writer.finish();
    for (const step of work.tasks) {
      await runTask(step, work, own, artifacts);
      tellDone(step.name, work, scope);
    }
    return { again: false, images: images.paths(), artifacts: files.paths() };
  } catch (reason) {
    const [left] = [await images.takeBack(), await files.takeBack()].filter((text) => text !== undefined);
    const lost = await devices?.lostBecause();
    const again = lost !== undefined && attempt < mostAttempts && !scope.signal.aborted;
    if (again) scope.onEvent({ type: "device-lost", well, reason: lost, attempt });
    return { again, thrown: { reason }, left };
  }
}
