import type { SettingName } from "@platewright/core";
import type { FlagName } from "../flags/flag.ts";
import type { Given } from "../flags/parse-flags.ts";
import { UsageError } from "../flags/usage-error.ts";
import { createLayer, type SettingLayer } from "./layer.ts";
import { parseValue } from "./parse-value.ts";

/** Flags that are short for a setting; a switch turns it on. */
const shorthands: readonly (readonly [flag: FlagName, setting: SettingName])[] = [
  ["storage", "storage"],
  ["missing", "missing"],
  ["workers", "workers"],
  ["memory-limit", "memoryLimit"],
  ["convert-input", "convertInput"],
  ["device", "device"],
];

/** The settings that flags give, a layer each, --set the weakest. Throws `UsageError` for a value that can't be read, "parameter" for one that is not allowed. */
export function layersOfFlags(given: Given): readonly SettingLayer[] {
  const assigned = given.list("set").map((assignment) => {
    const [, key = "", value] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
    if (value === undefined)
      throw new UsageError(`--set ${assignment} gives no value. Write --set key=value.`);
    return layerOf(`--set ${key.trim()}`, key.trim(), value);
  });
  const short = shorthands.flatMap(([flag, setting]) =>
    given.has(flag) ? [layerOf(`--${flag}`, setting, given.text(flag) || "true")] : [],
  );
  return [...assigned, ...short];
}

function layerOf(origin: string, setting: string, text: string): SettingLayer {
  return createLayer(origin, { [setting]: parseValue(setting, text) });
}
