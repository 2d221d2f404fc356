import { type SettingName, settingsSchema } from "@platewright/core";

/**
 * A setting's value as it is written on a command line or in the environment: JSON where it is JSON, else the text itself.
 * What looks like a number is text for a setting of words: the version 0.5.
 */
export function parseValue(name: string, text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    const { default: usual } = settingsSchema()[name as SettingName] ?? {};
    return typeof value === "number" && typeof usual === "string" ? text : value;
  } catch {
    return text;
  }
}
