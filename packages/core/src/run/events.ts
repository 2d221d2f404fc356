import { causesOf, type ErrorCode, messageOf } from "../errors.ts";
import { defined } from "../plain-data.ts";
import type { Rung } from "./call/recover-call.ts";

/** Something that happened in a run, in the order it happened. */
export type RunEvent =
  | {
      readonly type: "run-start";
      /** Wells that are run. */
      readonly wells: number;
      readonly planHash: string;
      /** Wells that an earlier run has completed, with which this one goes on. */
      readonly kept: number;
    }
  | { readonly type: "well-start"; readonly well: string; readonly units: number }
  | {
      readonly type: "unit-done";
      readonly well: string;
      readonly step: string;
      readonly done: number;
      readonly units: number;
    }
  | {
      readonly type: "conversion-fallback";
      readonly well: string;
      readonly step: string;
      readonly message: string;
    }
  | {
      /** Memory ran out, and the call goes on another way. */
      readonly type: "memory-recovery";
      readonly well: string;
      readonly step: string;
      readonly function: string;
      readonly rung: Rung;
      readonly detail: string;
    }
  | {
      /** A device was lost; its well begins again. */
      readonly type: "device-lost";
      readonly well: string;
      readonly reason: string;
      readonly attempt: number;
    }
  | {
      /** Images of a well have changed since they were converted, or since an earlier run completed it: that is done again. */
      readonly type: "input-changed";
      readonly well: string;
      readonly since: "converted" | "completed";
    }
  | { readonly type: "memory-leak"; readonly well: string; readonly bytes: number }
  | { readonly type: "well-done"; readonly well: string; readonly seconds: number }
  | { readonly type: "well-failed"; readonly well: string; readonly error: ErrorRecord }
  | { readonly type: "well-cancelled"; readonly well: string }
  | { readonly type: "run-done"; readonly status: string; readonly seconds: number };

/** An error as plain data: it survives a worker's border and a file. */
export interface ErrorRecord {
  readonly message: string;
  readonly code?: ErrorCode;
  /** Messages of the errors behind it, nearest first. */
  readonly causes: readonly string[];
  readonly stack?: string;
}

/** Describes a thrown value as plain data. */
export function recordError(thrown: unknown): ErrorRecord {
  const code = (thrown as { code?: ErrorCode } | null)?.code;
  return defined({
    message: messageOf(thrown),
    code: typeof code === "string" ? code : undefined,
    causes: causesOf(thrown).slice(1).map(messageOf),
    stack: thrown instanceof Error ? thrown.stack : undefined,
  });
}
