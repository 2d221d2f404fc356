import { baseName, type Plan, plateStorageOf } from "@platewright/core";
import type { Prepared } from "../pipeline/prepare-plan.ts";

/** Removes the images that a well has written, where its worker died before it could. */
export async function discardWell({ pw, plan }: Prepared, out: string, well: string): Promise<void> {
  const results = await pw.storages.get(plan.settings.storage)?.open(out);
  if (!results) return;
  for (const { folder } of plan.stores) {
    const store = await plateStorageOf(results).joinPlate(folder);
    await store.removeWell(well);
  }
  if (plan.stores.length > 0) return;
  for (const folder of imageFolders(plan)) {
    const stale: string[] = [];
    for await (const { path } of results.list(folder)) {
      if (baseName(path).startsWith(`${well}_s`)) stale.push(path);
    }
    for (const path of stale) await results.remove?.(path);
  }
}

function imageFolders(plan: Plan): readonly string[] {
  return plan.steps.flatMap(({ output }) => (output ? [output.folder] : []));
}
