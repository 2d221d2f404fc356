import type { PhaseContext, StepPlansDraft, StoresDraft } from "../draft.ts";

/** Phase 2: in which storage the results are kept; one that holds arrays rather than files has its store declared here. */
export function declareStores(draft: StepPlansDraft, context: PhaseContext): StoresDraft {
  const { storage } = context.settings.values;
  if (!context.storages.has(storage)) {
    context.report({
      code: "storage-unknown",
      message: `Results shall go to the storage "${storage}", which is not installed.`,
      hint: `Installed: ${[...context.storages.keys()].join(", ") || "none"}.`,
    });
  }
  return { ...draft, store: { storage } };
}
