import { defined } from "../../plain-data.ts";
import { hashOf } from "./hash.ts";

/** The identity of a function or task: it is looked up by these when a plan is run. */
export interface FunctionId {
  readonly name: string;
  readonly version: string;
  readonly package?: string;
}

/** Functions and tasks as they are declared. */
interface Published {
  readonly name: string;
  readonly version: string;
  readonly package: string | undefined;
}

/** The identity of what is declared. */
export function identityOf({ name, version, package: from }: Published): FunctionId {
  return defined({ name, version, package: from });
}

/** One text for an identity. */
export function functionText({ package: from, name, version }: FunctionId): string {
  return `${from === undefined ? "" : `${from}:`}${name}@${version}`;
}

/** Under which a function is looked up: the variants of a family share their identity, but not what they take. */
export function functionKey(call: { readonly function: FunctionId; readonly input: string }): string {
  return `${functionText(call.function)} on ${call.input}`;
}

/**
 * The hash of the text of what is somebody's own: what no package publishes and has no version but the first. What it
 * closes over is not seen; whoever gives a version tells of that.
 */
export function codeOf(run: unknown, { package: from, version }: Published): string | undefined {
  return from === undefined && version === "1" ? hashOf(String(run)).slice(0, 16) : undefined;
}
