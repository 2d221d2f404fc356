import { PlatewrightError } from "../errors.ts";
import type { DTypePolicy } from "../memory/dtype-policy.ts";
import { deepFreeze } from "../plate/deep-freeze.ts";

/** What happens where the memory types of a chain disagree: an error, or a planned conversion. */
export type Conversions = "none" | "auto";

/** What may be set for a single step; what is left out is inherited from the pipeline. */
export interface StepSettings {
  /** How results are brought to the input's dtype. Default `"preserve"`. */
  readonly dtype?: DTypePolicy;
  /** `"auto"` plans a conversion where the memory types of a chain disagree. Default `"none"`: they must agree. */
  readonly conversions?: Conversions;
}

/** What may be set for a pipeline; what is left out is inherited from the global level. */
export interface PipelineSettings extends StepSettings {
  /** What becomes of a group of images of which some are missing. Default `"error"`: its well fails. `"skip"`: the group is left out. */
  readonly missing?: "error" | "skip";
  /** Compression of the images that are written: `"none"` (default) or a name that the storage knows, such as `"deflate"`. */
  readonly compression?: string;
}

/** What may be set for everything. */
export interface GlobalSettings extends PipelineSettings {
  /** The storage to which results are written. Default `"disk"`. */
  readonly storage?: string;
  /** Wells that are processed at once. Default 1. */
  readonly workers?: number;
  /** Bytes that the intermediates of one worker may take; a plan that needs more does not compile. Default: no limit. */
  readonly memoryLimit?: number;
}

/** The name of a setting. */
export type SettingName = keyof GlobalSettings;

/** Where a value can be set, from the weakest to the strongest. */
export type Level = "default" | "global" | "pipeline" | "step";

/** One setting: where it may stand, what it is when nobody sets it, what it allows. */
export interface Setting {
  readonly level: Exclude<Level, "default">;
  readonly default: unknown;
  readonly allows: string;
  readonly check: (value: unknown) => boolean;
}

const isWord = (value: unknown): boolean => typeof value === "string" && value !== "";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;

/** Every setting there is. */
export const settings: { readonly [S in SettingName]-?: Setting } = Object.freeze({
  dtype: {
    level: "step",
    default: "preserve",
    allows: '"preserve", "native" or { rescale: [low, high] }',
    check: isDTypePolicy,
  },
  conversions: { level: "step", default: "none", allows: '"none" or "auto"', check: oneOf("none", "auto") },
  missing: {
    level: "pipeline",
    default: "error",
    allows: '"error" or "skip"',
    check: oneOf("error", "skip"),
  },
  compression: { level: "pipeline", default: "none", allows: "the name of a compression", check: isWord },
  storage: { level: "global", default: "disk", allows: "the name of a storage", check: isWord },
  workers: { level: "global", default: 1, allows: "a whole number from 1", check: isCount },
  memoryLimit: { level: "global", default: undefined, allows: "a number of bytes", check: isCount },
});

/** Checks the settings of one level; gives a copy, frozen to its depths. Throws "parameter" for unknown names, wrong levels and wrong values. */
export function checkSettings<T extends object>(
  given: T,
  level: Exclude<Level, "default">,
  place: string,
): Readonly<T> {
  for (const [name, value] of Object.entries(given)) {
    const setting = Object.hasOwn(settings, name) ? settings[name as SettingName] : undefined;
    if (!setting) {
      throw new PlatewrightError(
        "parameter",
        `${place} sets "${name}", which is no setting. There are: ${Object.keys(settings).join(", ")}.`,
        { name },
      );
    }
    if (ranks[setting.level] < ranks[level]) {
      throw new PlatewrightError(
        "parameter",
        `${place} sets "${name}", which can only be set at the ${setting.level} level.`,
        { name },
      );
    }
    if (value !== undefined && !setting.check(value)) {
      throw new PlatewrightError(
        "parameter",
        `${place} sets "${name}" to ${JSON.stringify(value)}; it must be ${setting.allows}.`,
        { name, value },
      );
    }
  }
  return deepFreeze(structuredClone(given));
}

const ranks: Record<Level, number> = { default: 0, global: 1, pipeline: 2, step: 3 };

function oneOf(...words: readonly string[]): (value: unknown) => boolean {
  return (value) => words.includes(value as string);
}

function isDTypePolicy(value: unknown): boolean {
  if (value === "preserve" || value === "native") return true;
  const range = (value as { rescale?: unknown } | null)?.rescale;
  return Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1];
}
