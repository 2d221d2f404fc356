import { type CompileOptions, type DiagnosticCode, type Plugin, step } from "@platewright/core";
import type { PlateSpec } from "../../support/plate.ts";
import { loose } from "./functions.ts";

/** A pipeline that does not compile, and what is said about it: just these codes, and in the first one these words. */
export interface Wrong {
  readonly code: DiagnosticCode;
  /** What else is said, because one fault is two. */
  readonly also?: readonly DiagnosticCode[];
  readonly steps: readonly unknown[];
  readonly says: string;
  /** The step that is named; default "one", `null` where it is about the whole. */
  readonly step?: string | null;
  readonly options?: CompileOptions;
  readonly plate?: PlateSpec;
  readonly plugins?: readonly Plugin[];
}

/** A pipeline of one step named "one". */
export const one = (run: unknown, options?: object): readonly unknown[] => [
  step("one", loose(run), options as {}),
];
