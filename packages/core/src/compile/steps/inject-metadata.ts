import type { Contract } from "../../pipeline/contract.ts";
import type { CallDraft, PhaseContext } from "../draft.ts";

/** The metadata that a call asks for: what the user gave by hand, else what the plate tells. Reports what nobody knows. */
export function injectMetadata(
  step: { readonly name: string },
  call: CallDraft,
  contract: Contract,
  context: PhaseContext,
): Readonly<Record<string, unknown>> {
  const injected: Record<string, unknown> = {};
  for (const key of contract.specialInputs) {
    const resolved = context.metadata.get(key);
    if (Object.hasOwn(call.overrides, key)) injected[key] = call.overrides[key];
    else if (resolved?.value !== undefined) injected[key] = resolved.value;
    else if (resolved) {
      if (resolved.failure === undefined && contract.optionalInputs.includes(key)) continue;
      const why =
        resolved.failure === undefined ? "which the plate does not tell" : `but ${resolved.failure}`;
      context.report(
        step.name,
        resolved.failure === undefined ? "metadata-missing" : "metadata-failed",
        `${contract.name} needs ${key}, ${why}.`,
        `Give it by hand: use(${contract.name}, { ${key}: … }).`,
      );
    }
  }
  return injected;
}
