import { totalmem } from "node:os";
import { bytesText, type Plan } from "@platewright/core";

/** What to say where a plan's workers together may need more memory than this machine has, or this process may take. */
export function memoryWarning(plan: Plan, bytes: number = memoryHere()): string | undefined {
  const workers = Math.min(plan.settings.workers, Object.keys(plan.wells).length);
  const each = plan.predicted.peakHostBytes ?? 0;
  if (workers * each <= bytes) return undefined;
  const fitting = Math.floor(bytes / each);
  const needed =
    workers === 1
      ? bytesText(each)
      : `${bytesText(workers * each)} (${workers} workers of ${bytesText(each)})`;
  const help =
    fitting > 0
      ? `Give at most --workers ${fitting}.`
      : `With --memory-limit ${bytes} the compiler names the step that needs most, and what would help.`;
  return `The arrays and working memory may need ${needed}, and there is memory of ${bytesText(bytes)}. ${help}`;
}

function memoryHere(): number {
  // In a container less than the machine's; where nothing constrains the process, 0 or more than there is.
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
