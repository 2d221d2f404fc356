import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DemoReport } from "./report.ts";

/** What the demo says to people at its end: the verdict, where everything lies, and what to do next. */
export function closingWords({
  ok,
  tolerancePercent,
  seconds,
  plate,
  results,
  overview,
}: DemoReport): string {
  const verdict = ok
    ? `Every well is within ${tolerancePercent} % of the truth. Made and run in ${seconds.toFixed(1)} s.`
    : `A well is off by more than ${tolerancePercent} %. Something is wrong with this installation.`;
  return [
    "",
    verdict,
    `Look at   ${overview}`,
    `Results   ${results} (images, tables/cells.csv, run.json)`,
    `Plate     ${plate} (ImageXpress, truth.csv)`,
    "",
    "What to try next:",
    `  npx platewright inspect ${plate}`,
    ...runsToTry(plate),
  ].join("\n");
}

/** The examples lie in a checkout; who installed the command from a registry has none. */
function runsToTry(plate: string): readonly string[] {
  const example = "examples/count-nuclei.ts";
  if (existsSync(resolve(example)))
    return [
      `  npx platewright run ${example} ${plate} --out my-results`,
      `  npx platewright run ${example} <a plate of yours> --out my-results`,
    ];
  return [
    `  npx platewright run count-nuclei.ts ${plate} --out my-results`,
    "The README of @platewright/cli shows a count-nuclei.ts to begin with.",
  ];
}
