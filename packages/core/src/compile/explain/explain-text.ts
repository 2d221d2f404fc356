import type { PlannedCall, PlannedConversion } from "../plan/plan.ts";

/** Bytes for people: 10.5 MB. */
export function bytesText(bytes: number): string {
  const { size, unit } = scaled(bytes, ["bytes", "kB", "MB", "GB", "TB"]);
  return `${unit === "bytes" ? size : size.toPrecision(3)} ${unit}`;
}

/** Predicted time for people: 3.2 ms. */
export function timeText(nanoseconds: number): string {
  const { size, unit } = scaled(nanoseconds, ["ns", "µs", "ms", "s"]);
  return nanoseconds < 1 ? "nothing" : `${size < 10 ? size.toPrecision(2) : Math.round(size)} ${unit}`;
}

function scaled(amount: number, units: readonly string[]): { readonly size: number; readonly unit: string } {
  let size = amount;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return { size, unit: units[unit] ?? "" };
}

/** The first words of a list, and how many there are where some are left out. */
export function listed(words: readonly string[], most: number, between = ", "): string {
  const shown = words.slice(0, most).join(between);
  return words.length > most ? `${shown}${between}… (${words.length})` : shown;
}

/** A count with its word: `1 image`, `2 images`. */
export function counted(count: number, word: string, words = `${word}s`): string {
  return `${count} ${count === 1 ? word : words}`;
}

/** A value as a person would write it; one that is made when it is first read, by its identity. */
export function valueText(value: unknown): string {
  const { $lazy } = (value ?? {}) as { readonly $lazy?: unknown };
  if (typeof $lazy === "string") return `lazy value ${$lazy.slice(0, 8)}`;
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

/** `gaussian(sigma = 2)`, in parts between which a line may be broken; what the compiler put in is marked. */
export function callWords({ function: { name }, params, injected }: PlannedCall): readonly string[] {
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  const words = [
    ...given.map(([key, value]) => `${key} = ${valueText(value)}`),
    ...Object.entries(injected).map(([key, value]) => `${key} = ${valueText(value)} (injected)`),
  ];
  if (words.length === 0) return [`${name}()`];
  return words.map((word, i) => `${i === 0 ? `${name}(` : ""}${word}${i === words.length - 1 ? ")" : ","}`);
}

/** What a call takes and gives: `ndarray`, or `ndarray → webgpu`. */
export function memoryTypesText({ input, output }: PlannedCall): string {
  return input === output ? input : `${input} → ${output}`;
}

/** The way of a conversion: `ndarray → host → webgpu`. */
export function routeText({ from, route }: PlannedConversion): string {
  return [from, ...route.map(({ to }) => to)].join(" → ");
}

const labelWidth = 9;
const pageWidth = 100;

/** Lines of a page that belong to a label: wide ones are broken between their parts, all but the first indented. */
export function labelled(label: string, indent: number, parts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = " ".repeat(indent) + label.padEnd(labelWidth);
  const rest = " ".repeat(indent + labelWidth);
  let empty = true;
  for (const part of parts) {
    if (!empty && line.length + part.length + 1 > pageWidth) {
      lines.push(line.trimEnd());
      line = `${rest}${part}`;
    } else {
      line += empty ? part : ` ${part}`;
    }
    empty = false;
  }
  return [...lines, line.trimEnd()];
}
