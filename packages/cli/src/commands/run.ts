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
import { type Prepared, preparePlan } from "../pipeline/prepare-plan.ts";
import { prepareKeptPlan } from "../plan/open-plan.ts";
import { warningLines } from "../plan/plan-text.ts";
import { checkRoom } from "../run/check-room.ts";
import { createEventFile } from "../run/event-file.ts";
import { listenForInterrupt } from "../run/interrupt.ts";
import { createProgress } from "../run/progress.ts";
import { reportDocument, reportText } from "../run/report-text.ts";
import { createExecutor } from "../run/run-task.ts";
import { packageVersions } from "../versions.ts";
import type { RunCommand } from "./command.ts";

/** `platewright run`: runs a pipeline on a plate, or a plan that was kept. */
export const run: RunCommand = async ({ given, output }) => {
  const out = given.text("out");
  if (out === undefined)
    throw new UsageError("platewright run lacks --out. Say where the results shall go: --out <folder>.");
  if (given.has("resume") && given.has("overwrite"))
    throw new UsageError("--resume keeps what is complete, --overwrite replaces it. Write one of them.");
  const { signal, stop } = listenForInterrupt(() =>
    output.note("Stopping; what is complete is kept. Ctrl-C again ends at once."),
  );
  try {
    const prepared = given.has("plan")
      ? await prepareKeptPlan(given, signal)
      : await preparePlan(given, signal);
    return await execute(given, out, prepared, signal, output);
  } catch (thrown) {
    throw isPlatewrightError(thrown, "exists") && !given.has("overwrite") ? withFlags(thrown) : thrown;
  } finally {
    stop();
  }
};

/** The wells of a kept plan that are asked for; one that was compiled just now has no others. */
function wellsOf(plan: Plan, given: Given): readonly string[] {
  const all = Object.keys(plan.wells);
  if (!given.has("plan")) return all;
  const left = new Set(excludeWells(all, given.list("exclude-wells")));
  const chosen = selectWells(all, given.list("wells")).filter((well) => left.has(well));
  if (chosen.length === 0)
    throw new UsageError("The filters leave no well of the plan. Leave one of them out.");
  return chosen;
}

/** What to write where results are there already. */
function withFlags(thrown: PlatewrightError): PlatewrightError {
  const flags =
    thrown.details.unfinished === undefined
      ? "The flag for that is --overwrite."
      : "The flags are --resume and --overwrite.";
  return new PlatewrightError("exists", `${thrown.message} ${flags}`, { cause: thrown });
}

async function execute(
  given: Given,
  out: string,
  prepared: Prepared,
  signal: AbortSignal,
  output: Output,
): Promise<number> {
  const [overwrite, resume, failFast] = [given.has("overwrite"), given.has("resume"), given.has("fail-fast")];
  throwIfAborted(signal);
  const { pw, plate, plan, sources, notes = [] } = prepared;
  const wells = wellsOf(plan, given);
  for (const line of [...warningLines(plan, output.noteStyle), ...notes]) output.note(line);
  checkRoom(plan, out, resume);
  if (resume) await sweepPartialFiles(out);
  const events = createEventFile(
    given.text("events"),
    { pw, plate, overwrite: overwrite || resume },
    output.note,
  );
  const showProgress = createProgress(output);
  const onEvent = (event: RunEvent): void => {
    events.write(event);
    showProgress(event);
  };
  try {
    const executor = await createExecutor({ prepared, out, overwrite: overwrite || resume, wells, signal });
    const versions = packageVersions();
    const options = {
      ...sources,
      plate,
      out,
      wells,
      overwrite,
      resume,
      failFast,
      signal,
      onEvent,
      executor,
      versions,
    };
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
