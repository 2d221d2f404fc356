import type { RunEvent } from "@platewright/core";
import { inFlags } from "../output/in-flags.ts";
import type { Output } from "../output/output.ts";

/** Shows how a run goes: one line rewritten in place on a terminal, a line for each well elsewhere. */
export function createProgress(output: Output): (event: RunEvent) => void {
  const running = new Map<string, number>();
  const started = Date.now();
  const { noteStyle: style } = output;
  let done = 0;
  let wells = 0;
  const line = (): string => {
    const share = (done + [...running.values()].reduce((sum, part) => sum + part, 0)) / Math.max(1, wells);
    const current = [...running.keys()].join(", ");
    return `${done}/${wells} wells${current === "" ? "" : `  now ${current}`}${remaining(started, share)}`;
  };
  return (event) => {
    switch (event.type) {
      case "well-start":
        running.set(event.well, 0);
        break;
      case "unit-done":
        running.set(event.well, event.done / event.units);
        break;
      case "well-done":
      case "well-failed":
      case "well-cancelled":
        running.delete(event.well);
        done += event.type === "well-cancelled" ? 0 : 1;
        if (event.type === "well-failed")
          output.note(`${style.red("✗")} ${inFlags(failureText(event.well, event.error.message))}`);
        else if (event.type === "well-done" && (!output.live || output.verbose))
          output.note(`${style.green("✓")} ${event.well} ${event.seconds.toFixed(1)} s (${done}/${wells})`);
        break;
      case "conversion-fallback":
        output.note(`${style.yellow("Warning:")} ${event.well}, step "${event.step}": ${event.message}`);
        break;
      case "memory-recovery":
        output.note(
          `${style.yellow("Warning:")} ${event.well}, step "${event.step}": memory ran out in ${event.function}; went on ${event.rung} ${event.detail}.`,
        );
        break;
      case "device-lost":
        output.note(`${style.yellow("Warning:")} ${event.well} begins again: ${event.reason}`);
        break;
      case "input-changed":
        output.note(
          `${style.yellow("Note:")} the images of ${event.well} have changed since ${event.since === "converted" ? "they were converted; they are converted again" : "it was complete; it is run again"}.`,
        );
        break;
      case "memory-leak":
        output.note(`${style.yellow("Warning:")} ${event.well} left ${event.bytes} bytes of arrays behind.`);
        break;
      case "run-start":
        done = event.kept;
        wells = event.kept + event.wells;
        if (event.kept > 0) output.note(`Going on: ${event.kept} of ${wells} wells were complete already.`);
        break;
      case "run-done":
        break;
      default:
        event satisfies never;
    }
    output.progress(event.type === "run-done" ? "" : line());
  };
}

/** Most messages begin with their well. */
function failureText(well: string, message: string): string {
  return message.startsWith(`Well ${well}`) ? message : `Well ${well}: ${message}`;
}

function remaining(started: number, share: number): string {
  const seconds = (Date.now() - started) / 1000;
  if (seconds < 1 || share < 0.01 || share >= 1) return "";
  const left = Math.ceil((seconds / share) * (1 - share));
  return `  ${left < 90 ? `${left} s` : `${Math.round(left / 60)} min`} left`;
}
