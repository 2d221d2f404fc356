import { messageOf, textOf } from "../errors.ts";
import { isPlain } from "../plain-data.ts";
import { isLazy, lazyValuesIn, replaceDeep } from "./lazy.ts";
import type { Param, ParamsSpec, ParamTable, StandardSchema } from "./params.ts";

/** What is wrong with a parameter. */
export interface ParamFault {
  readonly code: "parameter-unknown" | "parameter-missing" | "parameter-type" | "parameter-range";
  readonly message: string;
  readonly hint: string;
}

/** Parameters as the function will receive them, or what is wrong with them. */
export interface CheckedParams {
  readonly params: Readonly<Record<string, unknown>>;
  readonly faults: readonly ParamFault[];
}

/**
 * Checks parameters against a function's description and fills in the defaults; lets through only what a plan can keep:
 * what JSON holds, and lazy values. What a lazy value becomes is checked when it is made, and with it, where the
 * description is a schema, all other parameters.
 */
export async function checkParams(
  spec: ParamsSpec | undefined,
  given: Readonly<Record<string, unknown>>,
): Promise<CheckedParams> {
  const waits = spec !== undefined && isSchema(spec) && lazyValuesIn(given).length > 0;
  const checked = await checkValues(waits ? undefined : spec, given);
  return checked.faults.length > 0 ? checked : { ...checked, faults: keepFaults(checked.params) };
}

/** Checks values against a function's description and fills in the defaults. Without a description everything is let through. */
export async function checkValues(
  spec: ParamsSpec | undefined,
  given: Readonly<Record<string, unknown>>,
): Promise<CheckedParams> {
  if (spec === undefined) return { params: given, faults: [] };
  return isSchema(spec) ? checkBySchema(spec, given) : checkByTable(spec, given);
}

/** Faults of values that JSON does not keep as they are and that are not lazy. */
export function keepFaults(params: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  return Object.entries(params)
    .filter(([, value]) => value !== undefined && !isPlain(replaceDeep(value, nullForLazy)))
    .map(([name, value]) =>
      typeFault(
        `got ${name}: ${String(value)}, which a plan can't keep`,
        "Give numbers, texts, booleans, null, lists or plain objects of these; or lazy(() => …).",
      ),
    );
}

function nullForLazy(part: unknown): null | undefined {
  return isLazy(part) ? null : undefined;
}

function isSchema(spec: ParamsSpec): spec is StandardSchema {
  return "~standard" in spec;
}

async function checkBySchema(
  schema: StandardSchema,
  given: Readonly<Record<string, unknown>>,
): Promise<CheckedParams> {
  try {
    const result = await schema["~standard"].validate(given);
    if (result.issues === undefined) return { params: result.value as Record<string, unknown>, faults: [] };
    return {
      params: given,
      faults: result.issues.map(({ message }) => typeFault(message, "See the function's schema.")),
    };
  } catch (thrown) {
    return {
      params: given,
      faults: [typeFault(`the schema failed: ${messageOf(thrown)}`, "Mend the function's schema.")],
    };
  }
}

function checkByTable(table: ParamTable, given: Readonly<Record<string, unknown>>): CheckedParams {
  const names = Object.keys(table).join(", ") || "none";
  const faults: ParamFault[] = Object.keys(given)
    .filter((name) => !Object.hasOwn(table, name))
    .map((name) => ({
      code: "parameter-unknown",
      message: `has no parameter "${name}"`,
      hint: `Its parameters: ${names}.`,
    }));
  const params: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(table)) {
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = own === undefined ? param.default : own;
    params[name] = value;
    if (value !== undefined) {
      const code = lazyValuesIn(value).length === 0 ? faultOf(param, value) : undefined;
      const message = `got ${name}: ${textOf(value)}`;
      if (code) faults.push({ code, message, hint: `It must be ${allowed(param)}.` });
    } else if (param.optional !== true) {
      const message = `needs the parameter "${name}"`;
      faults.push({ code: "parameter-missing", message, hint: `Give ${name}: ${allowed(param)}.` });
    }
  }
  return { params, faults };
}

function faultOf(param: Param, value: unknown): "parameter-type" | "parameter-range" | undefined {
  if ("enum" in param) return param.enum.includes(value as never) ? undefined : "parameter-range";
  if (!hasType(param, value)) return "parameter-type";
  const { minimum, maximum } = param as { minimum?: number; maximum?: number };
  const isOutside =
    (minimum !== undefined && (value as number) < minimum) ||
    (maximum !== undefined && (value as number) > maximum);
  return isOutside ? "parameter-range" : undefined;
}

function hasType(param: Exclude<Param, { readonly enum: unknown }>, value: unknown): boolean {
  switch (param.type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "object":
      return typeof value === "object" && value !== null;
    case "array":
      return (
        Array.isArray(value) &&
        value.every((item) =>
          param.items.type === "integer" ? Number.isSafeInteger(item) : Number.isFinite(item),
        )
      );
    default:
      return param satisfies never;
  }
}

function allowed(param: Param): string {
  if ("enum" in param) return param.enum.map((choice) => JSON.stringify(choice)).join(" or ");
  if (param.type === "array") return `a list of ${param.items.type}s`;
  if (param.type === "object") return "an object, or lazy(() => …)";
  if (param.type !== "number" && param.type !== "integer") return `a ${param.type}`;
  const word = param.type === "integer" ? "an integer" : "a number";
  const from = param.minimum === undefined ? "" : ` from ${param.minimum}`;
  const to = param.maximum === undefined ? "" : ` up to ${param.maximum}`;
  return `${word}${from}${to}`;
}

function typeFault(message: string, hint: string): ParamFault {
  return { code: "parameter-type", message, hint };
}
