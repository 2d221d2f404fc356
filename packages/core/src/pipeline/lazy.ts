import type { Awaitable } from "../memory/memory-type.ts";
import { defined, isHolder } from "../plain-data.ts";
import type { CallContext } from "./contract.ts";

/** A parameter that is expensive to make, such as a trained model: made when it is first read. */
export interface Lazy<T = unknown> {
  readonly kind: "lazy";
  readonly version: string | undefined;
  make(context: CallContext): Awaitable<T>;
  dispose?(value: T): Awaitable<void>;
}

/** How a lazy value is told from others, and let go of. */
export interface LazyOptions<T> {
  /** Frees what the value holds; called once, after its last user. */
  dispose?(value: T): Awaitable<void>;
  /** What, besides the text of the function, decides the value, such as a file's name or a model's version. Part of the step's hash. */
  readonly version?: string;
}

/**
 * A parameter that is made once in each worker when a function first reads it, and disposed of after its last user,
 * after failures and a cancelled run too. In a plan it is a reference: the same text and version are the same value.
 *
 * @example
 * step("cells", use(segment, { model: lazy(() => loadModel(path), { version: path, dispose: (model) => model.close() }) }))
 */
export function lazy<T>(make: (context: CallContext) => Awaitable<T>, options: LazyOptions<T> = {}): Lazy<T> {
  const { dispose, version } = options;
  return Object.freeze({ kind: "lazy", version, make, ...defined({ dispose }) });
}

/** Whether a value is made by `lazy`. */
export function isLazy(value: unknown): value is Lazy {
  const { kind, make } = (value ?? {}) as Partial<Lazy>;
  return kind === "lazy" && typeof make === "function";
}

/** The lazy values in a parameter, in lists and plain objects too. */
export function lazyValuesIn(value: unknown): readonly Lazy[] {
  if (isLazy(value)) return [value];
  return isHolder(value) ? Object.values(value).flatMap(lazyValuesIn) : [];
}

/** The value with other values in place of those that `replace` answers for, to its depths; answers `undefined` for what stays. */
export function replaceDeep(value: unknown, replace: (part: unknown) => unknown): unknown {
  const other = replace(value);
  if (other !== undefined) return other;
  if (Array.isArray(value)) return value.map((part) => replaceDeep(part, replace));
  if (!isHolder(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replaceDeep(part, replace)]));
}
