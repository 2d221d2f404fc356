import { parseBytes } from "../flags/bytes.ts";
import type { Given } from "../flags/parse-flags.ts";
import { UsageError } from "../flags/usage-error.ts";
import { createLayer, type SettingLayer } from "./layer.ts";
import { parseValue } from "./parse-value.ts";

/** The settings that flags give, a layer each, --set the weakest. Throws `UsageError` for a value that can't be read, "parameter" for one that is not allowed. */
export function layersOfFlags(given: Given): readonly SettingLayer[] {
  const layers = given.list("set").map((assignment) => {
    const [key, value] = parseAssignment(assignment);
    return createLayer(`--set ${key}`, { [key]: parseValue(key, value) });
  });
  const { storage, missing, workers, device, limit } = {
    storage: given.text("storage"),
    missing: given.text("missing"),
    workers: given.text("workers"),
    device: given.text("device"),
    limit: given.text("memory-limit"),
  };
  if (storage !== undefined) layers.push(createLayer("--storage", { storage }));
  if (missing !== undefined)
    layers.push(createLayer("--missing", { missing: oneOf("--missing", missing, ["error", "skip"]) }));
  if (workers !== undefined)
    layers.push(createLayer("--workers", { workers: parseCount("--workers", workers) }));
  if (limit !== undefined)
    layers.push(createLayer("--memory-limit", { memoryLimit: parseBytes(limit, "--memory-limit") }));
  if (given.has("convert-input")) layers.push(createLayer("--convert-input", { convertInput: true }));
  if (device !== undefined) layers.push(createLayer("--device", { device }));
  return layers;
}

/** Reads a whole number from 1. Throws `UsageError`, naming the flag. */
export function parseCount(flag: string, text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new UsageError(`${flag} is "${text}". Give a whole number from 1.`);
}

function parseAssignment(text: string): readonly [key: string, value: string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return [key.trim(), value];
  throw new UsageError(`--set ${text} gives no value. Write --set key=value.`);
}

function oneOf(flag: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UsageError(
    `${flag} is "${value}". Write ${allowed.map((word) => `${flag} ${word}`).join(" or ")}.`,
  );
}
