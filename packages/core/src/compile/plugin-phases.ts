import { messageOf } from "../errors.ts";
import type { Awaitable } from "../memory/memory-type.ts";
import { deepFreeze, isPlain } from "../plain-data.ts";
import type { Diagnostic, PhaseName } from "./diagnostic.ts";
import type {
  AssignedDraft,
  ContractedDraft,
  MaterialisedDraft,
  PhaseContext,
  StepPlansDraft,
  StoresDraft,
} from "./draft.ts";

/** What is known of a plan after each phase: a phase sees what was written before it, and nothing else. */
export interface PhaseDrafts {
  readonly "step-plans": StepPlansDraft;
  readonly "zarr-stores": StoresDraft;
  readonly materialisation: MaterialisedDraft;
  readonly "memory-contracts": ContractedDraft;
  readonly "gpu-assignment": AssignedDraft;
}

/** What a phase of a plugin looks at besides the draft, and the way it reports: under its own name, with codes of its own. */
export interface PluginContext extends Omit<PhaseContext, "report" | "warn"> {
  /** Something that must not be run: the compile fails, with all that is wrong at once. */
  report(diagnostic: Omit<Diagnostic, "phase">): void;
  /** Something that a person should know. */
  warn(diagnostic: Omit<Diagnostic, "phase">): void;
}

/**
 * A phase that a plugin adds after one of the compiler's own. It only adds: what it returns lies in
 * `plan.extensions` under its name and is part of the plan's hash.
 */
export interface PluginPhase<After extends PhaseName = PhaseName> {
  readonly kind: "phase";
  /** In diagnostics and in the plan; no two phases have the same. */
  readonly name: string;
  readonly after: After;
  /** Answers plain data that JSON keeps, or nothing. The draft is frozen. */
  run(draft: PhaseDrafts[After], context: PluginContext): Awaitable<unknown>;
}

/** A plugin's phase, after any of the compiler's. */
export type AnyPluginPhase = { readonly [After in PhaseName]: PluginPhase<After> }[PhaseName];

/** Types a plugin's phase: `draft` is what is known after the phase that `after` names. */
export function definePhase<After extends PhaseName>(
  phase: Omit<PluginPhase<After>, "kind">,
): PluginPhase<After> {
  return Object.freeze({ kind: "phase", ...phase });
}

/** Runs the plugins' phases after one of the compiler's, in the order in which they were installed. Gives what they return, by their names. */
export async function runPluginPhases<After extends PhaseName>(
  after: After,
  draft: PhaseDrafts[After],
  phases: readonly AnyPluginPhase[],
  contextOf: (phase: string) => PluginContext & { readonly failed: boolean },
): Promise<Readonly<Record<string, unknown>>> {
  const extensions: Record<string, unknown> = {};
  for (const phase of phases.filter((one) => one.after === after)) {
    const context = contextOf(phase.name);
    const reportFailure = (message: string) =>
      context.report({ code: "phase-failed", message, hint: "Mend the plugin, or leave it out." });
    try {
      const added: unknown = await phase.run(deepFreeze(draft) as never, context);
      if (isPlain(added)) extensions[phase.name] = added;
      else if (added !== undefined) reportFailure(`It gave ${String(added)}, which a plan can't keep.`);
    } catch (thrown) {
      // After another problem the draft may hold less than its type says: then that problem is told, not this one.
      if (!context.failed) reportFailure(`It failed: ${messageOf(thrown)}.`);
    }
  }
  return extensions;
}
