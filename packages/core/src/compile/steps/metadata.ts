import { messageOf } from "../../errors.ts";
import type { Contract } from "../../pipeline/contract.ts";
import type { Pipeline } from "../../pipeline/define-pipeline.ts";
import type { AnyMetadataResolver } from "../../pipeline/metadata.ts";
import { isPlain } from "../../plain-data.ts";
import type { Plate } from "../../plate/plate.ts";
import type { CallDraft, PhaseContext } from "../draft.ts";
import { contractsOf } from "./plan-code.ts";

/** A metadata value that a pipeline asks for, or why there is none. */
export interface ResolvedMetadata {
  /** `undefined`: the plate does not tell. */
  readonly value?: unknown;
  readonly failure?: string;
}

/** What the plate tells of each key that has a resolver, by key; resolvers that no function asks for are not called. */
export type PlateMetadata = ReadonlyMap<string, ResolvedMetadata>;

/** Asks the resolvers for what the functions of a pipeline want to know. Never throws: a failure is kept with its key. */
export async function resolveMetadata(
  pipeline: Pipeline,
  plate: Plate,
  resolvers: ReadonlyMap<string, AnyMetadataResolver>,
): Promise<PlateMetadata> {
  const asked = new Set(contractsOf(pipeline).flatMap(({ specialInputs }) => specialInputs));
  const resolved = new Map<string, ResolvedMetadata>();
  for (const [key, resolver] of resolvers) {
    resolved.set(key, asked.has(key) ? await resolveOne(resolver, plate) : {});
  }
  return resolved;
}

async function resolveOne(resolver: AnyMetadataResolver, plate: Plate): Promise<ResolvedMetadata> {
  try {
    const value: unknown = await resolver.resolve(plate);
    if (value === undefined || isPlain(value)) return { value };
    return { failure: `its resolver gave ${String(value)}, which a plan can't keep` };
  } catch (thrown) {
    return { failure: messageOf(thrown) };
  }
}

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
