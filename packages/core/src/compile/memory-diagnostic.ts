import { defined } from "../plain-data.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { bytesText } from "./explain/explain-text.ts";
import { callsOf, type Plan, type PredictedPeak, type StepPlan } from "./plan/plan.ts";

/** What is wrong where a plan needs more memory than it may take: the step where it needs most, and what would help. */
export function memoryDiagnostic(plan: Plan, limit: number | undefined): Diagnostic | undefined {
  const { peakHostBytes: needed, peak } = plan.predicted;
  if (limit === undefined || needed === undefined || needed <= limit) return undefined;
  const step = peak && plan.steps[peak.step];
  return defined({
    phase: "gpu-assignment",
    step: step?.name,
    code: "memory-limit",
    message: `It needs ${exact(needed)} of arrays and working memory at once, but the memory limit is ${exact(limit)}.`,
    hint: [`Raise the limit to ${needed}`, ...(step && peak ? helpFor(plan, step, peak) : [])]
      .join(", or ")
      .concat("."),
  });
}

function helpFor(plan: Plan, step: StepPlan, { waiting }: PredictedPeak): readonly string[] {
  const help: string[] = [];
  const [most] = [...waiting].sort((a, b) => b.bytes - a.bytes);
  if (most) {
    const { name } = plan.steps[most.step] ?? step;
    help.push(
      `let fewer results wait: ${exact(most.bytes)} of it are what step "${name}" gave and a later unit still reads (inputSource: "plate" reads again instead)`,
    );
  }
  const projects = callsOf(step).some(({ slices }) => slices !== "same");
  const hasPlanes = plan.templates.some(({ images }) => images.values.z.length > 1);
  if (step.variableComponents.length > 1) {
    help.push(`take fewer components into its stacks than ${step.variableComponents.join(" and ")}`);
  } else if ((hasPlanes && !step.collapsed.includes("z")) || projects) {
    help.push("put a projection before it, so that its stacks have fewer slices");
  }
  return help;
}

function exact(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${bytesText(bytes)} (${bytes} bytes)`;
}
