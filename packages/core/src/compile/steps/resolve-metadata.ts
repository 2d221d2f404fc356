import { messageOf } from "../../errors.ts";
import type { Pipeline } from "../../pipeline/define-pipeline.ts";
import type { AnyMetadataResolver } from "../../pipeline/metadata.ts";
import { isPlain } from "../../plain-data.ts";
import type { Plate } from "../../plate/plate.ts";
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
