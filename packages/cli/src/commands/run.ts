import {
  excludeWells,
  isPlatewrightError,
  type Plan,
  PlatewrightError,
  type RunEvent,
  type RunReport,
  selectWells,
  throwIfAborted,
} from "@platewright/core";
import { sweepPartialFiles } from "@platewright/vfs-disk";
import type { Given } from "../flags/parse-flags.ts";
import { UsageError } from "../flags/usage-error.ts";
import { exitCodes } from "../output/error-output.ts";
import type { Output } from "../output/output.ts";
import { counted } from "../output/table.ts";
import { packageVersions } from "../package-versions.ts";
import { type Prepared, preparePlan, requestOf } from "../pipeline/prepare-plan.ts";
import { prepareKeptPlan } from "../plan/open-plan.ts";
import { warningLines } from "../plan/plan-text.ts";
import { checkRoom } from "../run/check-room.ts";
import { createEventFile } from "../run/event-file.ts";
import { listenForInterrupt } from "../run/interrupt.ts";
import { createProgress } from "../run/progress.ts";
import { reportDocument, reportText } from "../run/report-text.ts";
import { createExecutor } from "../run/run-task.ts";
import type { RunCommand } from "./command.ts";

/** `platewright run`: runs a pipeline on a plate, or a plan that was kept. */
export const run: RunCommand = async ({ given, output }) => {
  const out = given.text("out");
  if (out === undefined)
    throw new UsageError("platewright run lacks --out. Say where the results shall go: --out <folder>.");
  const orders = ordersOf(given, out);
  const interrupt = listenForInterrupt(() =>
    output.note("Stopping; what is complete is kept. Ctrl-C again ends at once."),
  );
  try {
    return await execute(orders, await prepareRun(given, interrupt.signal), interrupt.signal, output);
  } catch (thrown) {
    throw isPlatewrightError(thrown, "exists") ? withFlags(thrown, orders) : thrown;
  } finally {
    interrupt.stop();
  }
};

/** What the command line asks for. */
interface Orders {
  readonly out: string;
  /** Whether the plan comes from a file. */
  readonly kept: boolean;
  readonly wells: readonly string[];
  readonly excludeWells: readonly string[];
  readonly overwrite: boolean;
  readonly resume: boolean;
  readonly failFast: boolean;
  readonly events: string | undefined;
}

function ordersOf(given: Given, out: string): Orders {
  const orders: Orders = {
    out,
    kept: given.has("plan"),
    wells: given.list("wells"),
    excludeWells: given.list("exclude-wells"),
    overwrite: given.has("overwrite"),
    resume: given.has("resume"),
    failFast: given.has("fail-fast"),
    events: given.text("events"),
  };
  if (orders.resume && orders.overwrite)
    throw new UsageError("--resume keeps what is complete, --overwrite replaces it. Write one of them.");
  return orders;
}

async function prepareRun(given: Given, signal: AbortSignal): Promise<Prepared> {
  return given.has("plan")
    ? await prepareKeptPlan(given, signal)
    : await preparePlan(await requestOf(given), signal);
}

/** The wells of a kept plan that are asked for; one that was compiled just now has no others. */
function wellsOf(plan: Plan, { kept, wells, excludeWells: without }: Orders): readonly string[] {
  const all = Object.keys(plan.wells);
  if (!kept) return all;
  const left = new Set(excludeWells(all, without));
  const chosen = selectWells(all, wells).filter((well) => left.has(well));
  if (chosen.length === 0)
    throw new UsageError("The filters leave no well of the plan. Leave one of them out.");
  return chosen;
}

/** What to write where results are there already. */
function withFlags(thrown: PlatewrightError, { overwrite }: Orders): PlatewrightError {
  if (overwrite) return thrown;
  const flags =
    thrown.details.unfinished === undefined
      ? "The flag for that is --overwrite."
      : "The flags are --resume and --overwrite.";
  return new PlatewrightError("exists", `${thrown.message} ${flags}`, { cause: thrown });
}

async function execute(
  orders: Orders,
  prepared: Prepared,
  signal: AbortSignal,
  output: Output,
): Promise<number> {
  const { out, overwrite, resume, failFast } = orders;
  throwIfAborted(signal);
  const { pw, plate, plan, notes = [] } = prepared;
  const wells = wellsOf(plan, orders);
  for (const line of [...warningLines(plan, output.noteStyle), ...notes]) output.note(line);
  checkRoom(plan, out, resume);
  if (resume) await sweepPartialFiles(out);
  const events = createEventFile(orders.events, { pw, plate, overwrite: overwrite || resume }, output.note);
  const showProgress = createProgress(output);
  const onEvent = (event: RunEvent): void => {
    events.write(event);
    showProgress(event);
  };
  try {
    const executor = await createExecutor({ prepared, out, overwrite: overwrite || resume, wells, signal });
    const versions = packageVersions();
    const options = { plate, out, wells, overwrite, resume, failFast, signal, onEvent, executor, versions };
    const report = await pw.run(plan, options);
    if (Object.values(report.wells).every(({ kept }) => kept))
      output.note(`All ${counted(wells.length, "well was", "wells were")} complete already.`);
    if (output.json) output.document(reportDocument(report, output.verbose));
    else output.data(reportText(report, plan, output.style));
    if (report.status === "partial")
      output.note("The same command with --resume goes on: wells that are complete are not run again.");
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
