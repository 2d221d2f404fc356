import { type GlobalSettings, resolveSettings } from "@platewright/core";
import { parseBytes } from "./bytes.ts";
import type { Given } from "./parse-flags.ts";
import { UsageError } from "./usage-error.ts";

/** The settings that flags give. Throws `UsageError` for a value that can't be read, "parameter" for one that is not allowed. */
export function settingsOf(given: Given): GlobalSettings {
  const settings: Record<string, unknown> = {};
  for (const assignment of given.list("set")) Object.assign(settings, parseAssignment(assignment));
  checkDevice(given.text("device"));
  const storage = given.text("storage");
  if (storage !== undefined) settings.storage = storage;
  checkStorage(settings.storage);
  const missing = given.text("missing");
  if (missing !== undefined) settings.missing = oneOf("--missing", missing, ["error", "skip"]);
  const workers = given.text("workers");
  if (workers !== undefined) settings.workers = parseCount("--workers", workers);
  const limit = given.text("memory-limit");
  if (limit !== undefined) settings.memoryLimit = parseBytes(limit, "--memory-limit");
  return checkSettings(settings);
}

/** Checks settings from a file or the command line; a memory limit may be written as a size. */
export function checkSettings(settings: object): GlobalSettings {
  const { memoryLimit } = settings as { readonly memoryLimit?: unknown };
  const checked: GlobalSettings = {
    ...settings,
    ...(typeof memoryLimit === "string" ? { memoryLimit: parseBytes(memoryLimit, "memoryLimit") } : {}),
  };
  resolveSettings({ global: checked });
  checkStorage(checked.storage);
  return checked;
}

/** Reads a whole number from 1. Throws `UsageError`, naming the flag. */
export function parseCount(flag: string, text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new UsageError(`${flag} is "${text}". Give a whole number from 1.`);
}

function parseAssignment(text: string): Record<string, unknown> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new UsageError(`--set ${text} gives no value. Write --set key=value.`);
  return { [key.trim()]: parseValue(value) };
}

/** As JSON where it is JSON, else the text itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function oneOf(flag: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UsageError(
    `${flag} is "${value}". Write ${allowed.map((word) => `${flag} ${word}`).join(" or ")}.`,
  );
}

function checkStorage(storage: unknown): void {
  if (storage === undefined || storage === "disk" || storage === "zarr") return;
  throw new UsageError(`There is no storage "${String(storage)}". Write --storage disk or --storage zarr.`);
}

function checkDevice(device: string | undefined): void {
  if (device === undefined) return;
  throw new UsageError(
    `There is no device "${device}": none of the installed memory types runs on a device yet. Leave --device out.`,
  );
}
