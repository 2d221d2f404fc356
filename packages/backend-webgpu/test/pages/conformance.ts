import { ndarrayBackend } from "@platewright/backend-ndarray";
import { conversionCases, memoryTypeCases } from "@platewright/core/testing";
import { webgpuBackend } from "../../src/index.ts";

const type = webgpuBackend();
const cases = [...memoryTypeCases({ type }), ...conversionCases([{ type: ndarrayBackend() }, { type }])];

/** The adapter that runs here. */
export async function adapter(): Promise<string | undefined> {
  return (await type.devices.list())[0]?.name ?? (await type.devices.remedy());
}

/** Runs all cases, and answers how many hold and what is wrong with the others. */
export async function runAll(): Promise<{ readonly held: number; readonly failed: readonly string[] }> {
  const lease = await type.devices.lease("webgpu:0"); // stays open between the cases
  const failed: string[] = [];
  for (const { name, run } of cases) {
    await run().catch((thrown: unknown) => failed.push(`${name}: ${String(thrown)}`));
  }
  lease.release();
  return { held: cases.length - failed.length, failed };
}
