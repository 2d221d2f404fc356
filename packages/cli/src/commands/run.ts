import {
  isPlatewrightError,
  PlatewrightError,
  type RunEvent,
  type RunReport,
  throwIfAborted,
} from "@platewright/core";
import { UsageError } from "../flags/usage-error.ts";
import { exitCodes } from "../output/error-output.ts";
import type { Output } from "../output/output.ts";
import { packageVersions } from "../package-versions.ts";
import { type PlanRequest, preparePlan, requestOf } from "../pipeline/prepare-plan.ts";
import { warningLines } from "../plan/plan-text.ts";
import { checkRoom } from "../run/check-room.ts";
import { countingRows } from "../run/count-rows.ts";
import { createEventFile } from "../run/event-file.ts";
import { listenForInterrupt } from "../run/interrupt.ts";
import { createProgress } from "../run/progress.ts";
import { reportDocument, reportText } from "../run/report-text.ts";
import { createExecutor } from "../run/run-task.ts";
import type { RunCommand } from "./command.ts";

/** `platewright run`: runs a pipeline on a plate. */
export const run: RunCommand = async ({ given, output }) => {
  const out = given.text("out");
  if (out === undefined)
    throw new UsageError("platewright run lacks --out. Say where the results shall go: --out <folder>.");
  const orders: Orders = {
    request: await requestOf(given),
    out,
    overwrite: given.has("overwrite"),
    failFast: given.has("fail-fast"),
    events: given.text("events"),
  };
  const interrupt = listenForInterrupt(() =>
    output.note("Stopping; what is complete is kept. Ctrl-C again ends at once."),
  );
  try {
    return await execute(orders, interrupt.signal, output);
  } catch (thrown) {
    if (!isPlatewrightError(thrown, "exists") || orders.overwrite) throw thrown;
    const message = `${thrown.message} The flag for that is --overwrite.`;
    throw new PlatewrightError("exists", message, { cause: thrown });
  } finally {
    interrupt.stop();
  }
};

/** What the command line asks for. */
interface Orders {
  readonly request: PlanRequest;
  readonly out: string;
  readonly overwrite: boolean;
  readonly failFast: boolean;
  readonly events: string | undefined;
}

async function execute(orders: Orders, signal: AbortSignal, output: Output): Promise<number> {
  const { request, out, overwrite, failFast } = orders;
  const prepared = await preparePlan(request, signal);
  throwIfAborted(signal);
  const { pw, plate, plan } = prepared;
  for (const line of warningLines(plan, output.noteStyle)) output.note(line);
  checkRoom(plan, out);
  const events = createEventFile(orders.events, { pw, plate, overwrite }, output.note);
  const showProgress = createProgress(output, Object.keys(plan.wells).length);
  const onEvent = (event: RunEvent): void => {
    events.write(event);
    showProgress(event);
  };
  try {
    const { executor, rows } = countingRows(
      await createExecutor({ request, prepared, out, overwrite, signal }),
    );
    const versions = packageVersions();
    const options = { plate, out, overwrite, failFast, signal, onEvent, executor, versions };
    const report = await pw.run(plan, options);
    if (output.json) output.document(reportDocument(report, output.verbose));
    else output.data(reportText(report, plan, rows, output.style));
    if (output.verbose) tellStacks(report, output);
    return exitCodeOf(report);
  } finally {
    output.progress("");
    events.close();
  }
}

function exitCodeOf({ status, cancelled }: RunReport): number {
  if (status === "complete") return exitCodes.ok;
  return cancelled ? exitCodes.interrupted : exitCodes.wellsFailed;
}

function tellStacks({ wells }: RunReport, output: Output): void {
  for (const [well, { error }] of Object.entries(wells)) {
    if (!error) continue;
    const causes = error.causes.map((cause) => `caused by: ${cause}`);
    output.problem([`${well}: ${error.stack ?? error.message}`, ...causes].join("\n"));
  }
}
