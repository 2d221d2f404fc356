import { PlatewrightError, textOf } from "../errors.ts";
import type { DTypePolicy } from "../memory/dtype-policy.ts";
import { deepFreeze } from "../plain-data.ts";

/** What happens where the memory types of a chain disagree: an error, or a planned conversion. */
export type Conversions = "none" | "auto";

/** What may be set for a single step; what is left out is inherited from the pipeline. */
export interface StepSettings {
  /** How results are brought to the input's dtype. Default `"preserve"`. */
  readonly dtype?: DTypePolicy;
  /** `"auto"` plans a conversion where the memory types of a chain disagree. Default `"none"`: they must agree. */
  readonly conversions?: Conversions;
  /** Whether a GPU function may be replaced by the CPU variant of its family where there is no device, or where the device gives up. Default `false`. */
  readonly cpuFallback?: boolean;
  /** The storage to which a step's images go, where they are kept. Default `"disk"`. Tables and documents go where the pipeline's go. */
  readonly storage?: string;
  /** How images that are kept are packed: `"none"` (default) or a name that the storage knows, such as `"deflate"` or `"zstd"`. */
  readonly compression?: string;
  /** Longest side of a chunk in pixels, in storages that keep arrays. Default: a whole plane up to 2048 × 2048, else 1024 × 1024. */
  readonly chunkSize?: number;
}

/** What may be set for a pipeline; what is left out is inherited from the global level. */
export interface PipelineSettings extends StepSettings {
  /** What becomes of a group of images of which some are missing. Default `"error"`: its well fails. `"skip"`: the group is left out. */
  readonly missing?: "error" | "skip";
  /** The version of OME-Zarr in which plates are written: `"0.4"` on Zarr v2 (default) or `"0.5"` on Zarr v3. */
  readonly omeZarr?: "0.4" | "0.5";
  /** Whether the plate's images are first converted into a plate `input.zarr` beside the results, which later runs read again. Default `false`. */
  readonly convertInput?: boolean;
}

/** What may be set for everything. */
export interface GlobalSettings extends PipelineSettings {
  /** Wells that are processed at once. Default 1. */
  readonly workers?: number;
  /** Bytes that the arrays of one worker, and what functions work in, may take; a plan that needs more does not compile. Default: no limit. */
  readonly memoryLimit?: number;
  /** The one device that GPU functions may use, such as `"webgpu:0"`. Default: all there are, programs that stand in for one only where there is no hardware. */
  readonly device?: string;
}

/** The name of a setting. */
export type SettingName = keyof GlobalSettings;

/** Where a value can be set, from the weakest to the strongest. */
export type Level = "default" | "global" | "pipeline" | "step";

/** One setting: where it may stand, what it does, what it is when nobody sets it, what it allows. */
export interface SettingDescription {
  /** The lowest level at which it may be set; it may be set at each level above, too. */
  readonly level: Exclude<Level, "default">;
  /** One sentence for people, units included. */
  readonly description: string;
  /** `undefined`: nothing is set. */
  readonly default: unknown;
  readonly allows: string;
}

/** A setting with its check. */
export interface Setting extends SettingDescription {
  readonly check: (value: unknown) => boolean;
}

const isWord = (value: unknown): boolean => typeof value === "string" && value !== "";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;

/** Every setting there is. */
export const settings: { readonly [S in SettingName]-?: Setting } = deepFreeze<{
  readonly [S in SettingName]-?: Setting;
}>({
  dtype: {
    level: "step",
    description:
      "How results are brought to the input's dtype: rounded and saturated, left, or stretched from a range.",
    default: "preserve",
    allows: '"preserve", "native" or { rescale: [low, high] }',
    check: isDTypePolicy,
  },
  conversions: {
    level: "step",
    description:
      "What happens where the memory types of a chain disagree: an error, or a planned conversion.",
    default: "none",
    allows: '"none" or "auto"',
    check: oneOf("none", "auto"),
  },
  cpuFallback: {
    level: "step",
    description:
      "Whether the CPU variant of a function may replace a GPU variant that has no device, or whose device gives up.",
    default: false,
    allows: "true or false",
    check: (value) => typeof value === "boolean",
  },
  storage: {
    level: "step",
    description:
      "The storage to which images go, where they are kept; a pipeline's is that of its tables too.",
    default: "disk",
    allows: "the name of a storage",
    check: isWord,
  },
  compression: {
    level: "step",
    description: "How images that are kept are packed, by a name that the storage knows.",
    default: "none",
    allows: "the name of a compression",
    check: isWord,
  },
  chunkSize: {
    level: "step",
    description:
      "Longest side of a chunk in pixels, in storages that keep arrays; where it is not set, a whole plane up to 2048 by 2048, else 1024.",
    default: undefined,
    allows: "a whole number from 16",
    check: (value) => isCount(value) && (value as number) >= 16,
  },
  missing: {
    level: "pipeline",
    description:
      "What becomes of a group of which images are missing: its well fails, or the group is left out.",
    default: "error",
    allows: '"error" or "skip"',
    check: oneOf("error", "skip"),
  },
  omeZarr: {
    level: "pipeline",
    description: "The version of OME-Zarr in which plates are written: 0.4 on Zarr v2, 0.5 on Zarr v3.",
    default: "0.4",
    allows: '"0.4" or "0.5"',
    check: oneOf("0.4", "0.5"),
  },
  convertInput: {
    level: "pipeline",
    description:
      "Whether the plate's images are first converted into a plate input.zarr beside the results, which later runs read again.",
    default: false,
    allows: "true or false",
    check: (value) => typeof value === "boolean",
  },
  workers: {
    level: "global",
    description: "Wells that are processed at once.",
    default: 1,
    allows: "a whole number from 1",
    check: isCount,
  },
  memoryLimit: {
    level: "global",
    description:
      "Bytes that the arrays of one worker, and what functions work in, may take; a plan that needs more does not compile.",
    default: undefined,
    allows: "a number of bytes",
    check: isCount,
  },
  device: {
    level: "global",
    description: "The one device that GPU functions may use, such as webgpu:0.",
    default: undefined,
    allows: "the name of a device, as `platewright doctor` lists them",
    check: isWord,
  },
});

/** Describes every setting by name, as plain data for help pages and forms; `checkSettings` and the defaults read the same table. */
export function settingsSchema(): { readonly [S in SettingName]-?: SettingDescription } {
  const described = Object.entries(settings).map(([name, { check: _, ...description }]) => [
    name,
    description,
  ]);
  return deepFreeze(Object.fromEntries(described)) as ReturnType<typeof settingsSchema>;
}

/** Checks the settings of one level; gives a copy, frozen to its depths. Throws "parameter" for unknown names, wrong levels and wrong values. */
export function checkSettings<T extends object>(
  given: T,
  level: Exclude<Level, "default">,
  place: string,
): Readonly<T> {
  for (const [name, value] of Object.entries(given)) {
    const fault = faultOf(name, value, level);
    if (fault !== undefined)
      throw new PlatewrightError("parameter", `${place} sets "${name}"${fault}`, { name, value });
  }
  return deepFreeze(structuredClone(given));
}

function faultOf(name: string, value: unknown, level: Level): string | undefined {
  if (!Object.hasOwn(settings, name))
    return `, which is no setting. There are: ${Object.keys(settings).join(", ")}.`;
  const setting = settings[name as SettingName];
  if (ranks[setting.level] < ranks[level]) return `, which can only be set at the ${setting.level} level.`;
  if (value === undefined || setting.check(value)) return undefined;
  return ` to ${textOf(value)}; it must be ${setting.allows}.`;
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
