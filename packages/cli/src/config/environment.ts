import type { SettingName } from "@platewright/core";
import { nearest } from "../flags/nearest.ts";
import { UsageError } from "../flags/usage-error.ts";
import { createLayer, type SettingLayer, settingNames } from "./layer.ts";
import { parseValue } from "./parse-value.ts";

const prefix = "PLATEWRIGHT_";

/** The environment variable of a setting: `PLATEWRIGHT_MEMORY_LIMIT` for `memoryLimit`. */
function variableOf(name: SettingName): string {
  return prefix + name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * The settings that environment variables give, a layer each; an empty variable sets nothing. Throws "parameter" or
 * `UsageError`, naming the variable, for a value that is not allowed, and for a name that is nearly a setting's.
 */
export function layersOfEnvironment(env: Readonly<NodeJS.ProcessEnv>): readonly SettingLayer[] {
  const names = new Map(settingNames().map((name) => [variableOf(name), name] as const));
  const layers: SettingLayer[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(prefix) || text === undefined || text === "") continue;
    const name = names.get(variable);
    if (name) layers.push(createLayer(originOf(variable), { [name]: parseValue(name, text) }));
    else checkMistyped(variable, [...names.keys()]);
  }
  return layers;
}

function originOf(variable: string): string {
  return `the environment variable ${variable}`;
}

// Other programs may have variables that begin alike.
function checkMistyped(variable: string, known: readonly string[]): void {
  const words = known.map((name) => name.slice(prefix.length).toLowerCase());
  const near = nearest(variable.slice(prefix.length).toLowerCase(), words);
  if (near === undefined) return;
  throw new UsageError(
    `The environment variable ${variable} is no setting. Did you mean ${prefix}${near.toUpperCase()}?`,
  );
}
