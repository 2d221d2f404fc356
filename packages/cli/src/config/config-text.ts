import { bytesText } from "@platewright/core";
import type { Style } from "../output/style.ts";
import { tableLines } from "../output/table.ts";
import type { ConfiguredSetting, ResolvedConfig } from "./resolved-config.ts";

/** Every setting with its value, where it comes from and what it does, as lines for people. */
export function configText({ settings, steps }: ResolvedConfig, style: Style): string {
  const columns = [{ title: "setting" }, { title: "value" }, { title: "from" }, { title: "what it does" }];
  const rows = [
    ...settings.map((setting) => rowOf(setting)),
    ...steps.flatMap(({ settings: own }) => own.map((setting) => rowOf(setting))),
  ];
  const lines = tableLines(columns, rows, (cell, column, row) =>
    row < 0 || column === 3 ? style.dim(cell) : column === 1 ? style.bold(cell) : cell,
  );
  return [
    ...lines,
    "",
    "From weak to strong: default, the pipeline module's config, a configuration file, environment variables, the pipeline, flags, a step.",
  ].join("\n");
}

function rowOf({ name, value, origin, description }: ConfiguredSetting): readonly string[] {
  return [name, valueText(name, value), origin, description];
}

function valueText(name: string, value: unknown): string {
  if (value === undefined) return "–";
  if (name === "memoryLimit" && typeof value === "number") return bytesText(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
