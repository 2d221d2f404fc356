import { PlatewrightError } from "../errors.ts";

/** The five phases of compilation, in order. */
export const phaseNames = [
  "step-plans",
  "zarr-stores",
  "materialisation",
  "memory-contracts",
  "gpu-assignment",
] as const;

/** One of the compiler's phases. */
export type PhaseName = (typeof phaseNames)[number];

/** What the compiler has to say about a pipeline. */
export interface Diagnostic {
  /** One of the compiler's phases, or the name of a plugin's. */
  readonly phase: PhaseName | (string & {});
  /** Name of the step, where it is about one. */
  readonly step?: string | undefined;
  /** One of the compiler's codes, or a plugin's own. */
  readonly code: DiagnosticCode | (string & {});
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Every diagnostic of the compiler. */
export type DiagnosticCode =
  | "no-steps"
  | "step-name-twice"
  | "step-name-reserved"
  | "empty-chain"
  | "undeclared-function"
  | "input-source-unknown"
  | "group-by-missing"
  | "group-by-variable"
  | "component-missing"
  | "component-twice"
  | "component-uneven"
  | "parameter-unknown"
  | "parameter-missing"
  | "parameter-type"
  | "parameter-range"
  | "lazy-value-twice"
  | "slice-unit-slices"
  | "too-many-slices"
  | "setting"
  | "well-filter"
  | "special-input-missing"
  | "special-input-given"
  | "special-input-ambiguous"
  | "special-output-twice"
  | "metadata-missing"
  | "metadata-failed"
  | "phase-failed"
  | "images-missing"
  | "image-unreadable"
  | "storage-unknown"
  | "task-storage"
  | "output-inside-plate"
  | "memory-type-unknown"
  | "family-without-variant"
  | "chain-memory-types"
  | "no-conversion"
  | "device-missing"
  | "memory-limit";

/** Everything that is wrong, in one error; `details.diagnostics` holds the list. */
export function compileError(pipeline: string, diagnostics: readonly Diagnostic[]): PlatewrightError {
  const lines = diagnostics.map(diagnosticText);
  const count = diagnostics.length === 1 ? "1 problem" : `${diagnostics.length} problems`;
  return new PlatewrightError(
    "compile",
    `The pipeline "${pipeline}" does not compile, ${count}:\n${lines.join("\n")}`,
    { diagnostics: Object.freeze([...diagnostics]) },
  );
}

/** A diagnostic as one line. */
export function diagnosticText({ step, message, hint }: Diagnostic): string {
  return `  ${step === undefined ? "" : `step "${step}": `}${message} ${hint}`;
}
