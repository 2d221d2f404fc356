import type { Plan, RunEvent, RunReport, WellExecutor } from "@platewright/core";
import { UsageError } from "../flags/usage-error.ts";
import { exitCodes } from "../output/error-output.ts";
import type { Output } from "../output/output.ts";
import { packageVersions } from "../package-versions.ts";
import { type PlanRequest, type Prepared, preparePlan, requestOf } from "../pipeline/prepare-plan.ts";
import { warningLines } from "../plan/plan-text.ts";
import { checkRoom } from "../run/check-room.ts";
import { countingRows } from "../run/count-rows.ts";
import { openEventFile } from "../run/event-file.ts";
import { listenForInterrupt } from "../run/interrupt.ts";
import { createProgress } from "../run/progress.ts";
import { reportDocument, reportText } from "../run/report-text.ts";
import type { RunCommand } from "./command.ts";

/** `platewright run`: runs a pipeline on a plate. */
export const run: RunCommand = async ({ given, output }) => {
  const out = given.text("out");
  if (out === undefined)
    throw new UsageError("platewright run lacks --out. Say where the results shall go: --out <folder>.");
  const request = await requestOf(given);
  const overwrite = given.has("overwrite");
  const interrupt = listenForInterrupt(() =>
    output.note("Stopping; what is complete is kept. Ctrl-C again ends at once."),
  );
  try {
    const prepared = await preparePlan(request, interrupt.signal);
    const { pw, plate, plan } = prepared;
    for (const line of warningLines(plan, output.noteStyle)) output.note(line);
    checkRoom(plan, out);
    const path = given.text("events");
    const events =
      path === undefined ? undefined : openEventFile(path, { pw, plate, overwrite }, output.note);
    const showProgress = createProgress(output, Object.keys(plan.wells).length);
    const onEvent = (event: RunEvent): void => {
      events?.write(event);
      showProgress(event);
    };
    try {
      const task: RunTask = { request, prepared, out, overwrite, signal: interrupt.signal };
      const { executor, rows } = countingRows(await createExecutor(task));
      const report = await pw.run(plan, {
        plate,
        out,
        overwrite,
        failFast: given.has("fail-fast"),
        signal: interrupt.signal,
        onEvent,
        executor,
        versions: packageVersions(),
      });
      if (output.json) output.document(reportDocument(report, output.verbose));
      else output.data(reportText(report, plan, rows, output.style));
      if (output.verbose) tellStacks(report, output);
      return exitCodeOf(report);
    } finally {
      output.progress("");
      events?.close();
    }
  } finally {
    interrupt.stop();
  }
};

/** One run, as an executor must know it. */
interface RunTask {
  readonly request: PlanRequest;
  readonly prepared: Prepared;
  readonly out: string;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
}

async function createExecutor(task: RunTask): Promise<WellExecutor> {
  const workers = workersFor(task.prepared.plan);
  if (workers === 1) return await executeInProcess(task);
  const { createWorkerExecutor } = await import("../workers/worker-executor.ts");
  return createWorkerExecutor({ ...task, workers });
}

function workersFor({ settings, wells }: Plan): number {
  return Math.max(1, Math.min(settings.workers, Object.keys(wells).length));
}

async function executeInProcess(task: RunTask): Promise<WellExecutor> {
  const { prepared, out, overwrite, signal } = task;
  const { pw, plan, plate } = prepared;
  let listener: (event: RunEvent) => void = () => {};
  const runWell = await pw.createWellRunner(plan, {
    plate,
    out,
    overwrite,
    signal,
    onEvent: (event) => listener(event),
  });
  return {
    workers: 1,
    run(well, onEvent) {
      listener = onEvent;
      return runWell(well);
    },
  };
}

function exitCodeOf({ status, cancelled, wells }: RunReport): number {
  if (status === "complete") return exitCodes.ok;
  if (cancelled) return exitCodes.interrupted;
  return Object.keys(wells).length > 0 ? exitCodes.wellsFailed : exitCodes.ok;
}

function tellStacks({ wells }: RunReport, output: Output): void {
  for (const [well, { error }] of Object.entries(wells)) {
    if (!error) continue;
    output.problem(
      [
        `${well}: ${error.stack ?? error.message}`,
        ...error.causes.map((cause) => `caused by: ${cause}`),
      ].join("\n"),
    );
  }
}
