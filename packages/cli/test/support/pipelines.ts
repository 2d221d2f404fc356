import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a module and answers its path. */
export function writeModule(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Projects the z-stacks and counts cells; gives a table. */
export const countingPipeline = `
import { definePipeline, step, use } from "@platewright/core";
import { countCells, maxProjection } from "@platewright/functions/ndarray";

const name: string = "count";
export default definePipeline({
  name,
  steps: [step("project", maxProjection, { checkpoint: true }), step("count", use(countCells, { minArea: 10 }))],
});
`;

/** A pipeline of one function with this body, which sees \`stack\`. */
export function pipelineWith(body: string): string {
  return `
import { ndarray } from "@platewright/backend-ndarray";
import { definePipeline, step } from "@platewright/core";

const act = ndarray({ name: "act" }, (stack) => { ${body} });
export default definePipeline({ name: "acting", steps: [step("act", act)] });
`;
}
