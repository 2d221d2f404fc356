import { bytesText, diagnosticText, type Plan } from "@platewright/core";
import { inFlags } from "../output/in-flags.ts";
import type { Style } from "../output/style.ts";
import { counted, listed, tableLines } from "../output/table.ts";
import { memoryWarning } from "./memory-warning.ts";
import { countGroups } from "./plan-document.ts";

/** A plan's summary as lines for people. */
export function planText(plan: Plan, style: Style): string {
  const wells = Object.keys(plan.wells);
  const { peakHostBytes, bytesRead, bytesWritten } = plan.predicted;
  const memory =
    peakHostBytes === undefined
      ? "not known before the run: the plate does not tell the images' shape or dtype"
      : `at most ${bytesText(peakHostBytes)} of arrays and working memory at once in a worker; ${bytesText(bytesRead ?? 0)} to read, ${bytesText(bytesWritten ?? 0)} to write`;
  const rows = plan.steps.map((step) => {
    const chains = Object.values(step.chains);
    const groups = Math.max(0, ...plan.templates.map((template) => countGroups(step, template)));
    const names = chains.flatMap(({ calls }) => calls.map((call) => call.function.name));
    const types = new Set(chains.flatMap((chain) => [chain.inputMemoryType, chain.outputMemoryType]));
    const tables = step.gives.flatMap(({ file }) => file?.path ?? []);
    const kept = [...(step.output ? [`${step.output.folder}/`] : []), ...tables];
    return [
      String(step.index + 1),
      step.name,
      names.join(" → "),
      [...types].join(", "),
      String(groups),
      kept.join(", "),
    ];
  });
  return [
    `${style.green("Compiles.")} ${style.bold(plan.pipeline)} on ${plan.plate.name} (${plan.plate.layout}), plan ${plan.hash.slice(0, 12)}`,
    `  ${style.dim("wells ")} ${counted(wells.length, "well")}: ${listed(wells, 12)}`,
    `  ${style.dim("memory")} ${memory}`,
    "",
    ...tableLines(
      [
        { title: "", right: true },
        { title: "step" },
        { title: "functions" },
        { title: "memory type" },
        { title: "groups a well", right: true },
        { title: "kept" },
      ],
      rows,
    ).map((line) => `  ${line}`),
  ].join("\n");
}

/** What a plan's user is warned of, a line each. */
export function warningLines(plan: Plan, style: Style): readonly string[] {
  const warnings = plan.warnings.map((warning) => inFlags(diagnosticText(warning).trim()));
  return [...warnings, memoryWarning(plan) ?? []].flat().map((text) => `${style.yellow("Warning:")} ${text}`);
}
