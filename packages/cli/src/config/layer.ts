import {
  checkSettings as check,
  type GlobalSettings,
  type SettingName,
  settingsSchema,
} from "@platewright/core";
import { parseBytes } from "../flags/bytes.ts";

/** Settings that stand in one place. */
export interface SettingLayer {
  /** The place, as `explain --config` shows it: a file, an environment variable, a flag. */
  readonly origin: string;
  readonly values: GlobalSettings;
}

/** The names of all settings, in the order in which they are shown. */
export function settingNames(): readonly SettingName[] {
  return Object.keys(settingsSchema()) as SettingName[];
}

/** Makes a layer of what a place says. Throws "parameter" or `UsageError`, naming the place, for what is not allowed; a memory limit may be written as a size. */
export function createLayer(origin: string, values: object): SettingLayer {
  const { memoryLimit } = values as { readonly memoryLimit?: unknown };
  const sized =
    typeof memoryLimit === "string"
      ? { ...values, memoryLimit: parseBytes(memoryLimit, `memoryLimit, set by ${origin},`) }
      : values;
  const place = origin.startsWith("the ") ? `T${origin.slice(1)}` : origin;
  return { origin, values: check(sized, "global", place) };
}

/** The values of layers, the later ones stronger. */
export function mergeLayers(layers: readonly SettingLayer[]): GlobalSettings {
  return Object.assign({}, ...layers.map(({ values }) => defined(values))) as GlobalSettings;
}

/** The last layer that sets a setting. */
export function layerOf(layers: readonly SettingLayer[], name: SettingName): SettingLayer | undefined {
  return [...layers].reverse().find(({ values }) => values[name] !== undefined);
}

function defined(values: GlobalSettings): GlobalSettings {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
