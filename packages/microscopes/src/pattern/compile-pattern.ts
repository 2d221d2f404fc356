import {
  type Component,
  components,
  type ImageKey,
  normalizeWell,
  PlatewrightError,
  parseWell,
  rowName,
  wellName,
} from "@platewright/core";
import { trimZeros } from "../images.ts";
import { createMatcher, exactly, type MatchedPart, oneOf, run, type Values } from "./match-path.ts";

/** A naming of one's own, ready to read and write paths. */
export interface NamePattern {
  readonly text: string;
  /** Unknown words in braces: matched and left aside. */
  readonly leftAside: readonly string[];
  /** The key of a path, with "1" for what the pattern does not name; `undefined` where the path does not match. */
  readonly read: (path: string) => ImageKey | undefined;
  /** The parts that a path holds. */
  readonly readParts: (path: string) => Partial<ImageKey> | undefined;
  /** The path of an image; left out where the pattern holds words that a key cannot fill. */
  readonly write?: (key: ImageKey) => string;
}

const known = ["well", "row", "column", ...components] as const;
type Placeholder = (typeof known)[number];

type Part =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "placeholder"; readonly name: Placeholder }
  | { readonly kind: "aside"; readonly name: string };

const listOfPlaceholders = `Placeholders: {well} (or {row} and {column}), {site}, {channel}, {z}, {timepoint}, {ignore}; any other word is matched and left aside.`;

/** Reads a pattern. Throws "parameter" where it has no well or is ambiguous; the message lists the placeholders. */
export function compilePattern(text: string): NamePattern {
  const parts = splitPattern(text);
  check(text, parts);
  const match = createMatcher(toMatched(parts));
  const leftAside = parts.flatMap((part) =>
    part.kind === "aside" && part.name !== "ignore" ? [part.name] : [],
  );
  const readParts = (path: string): Partial<ImageKey> | undefined => toKey(match(path));
  return {
    text,
    leftAside: [...new Set(leftAside)],
    readParts,
    read(path) {
      const key = readParts(path);
      const { well, site = "1", channel = "1", z = "1", timepoint = "1" } = key ?? {};
      return well === undefined ? undefined : { well, site, channel, z, timepoint };
    },
    ...(parts.every(({ kind }) => kind !== "aside") && { write: (key: ImageKey) => writePath(parts, key) }),
  };
}

function splitPattern(text: string): readonly Part[] {
  const pieces = text.split(/(\{[^{}]*\})/).filter((piece) => piece !== "");
  return pieces.map((piece): Part => {
    if (!piece.startsWith("{") || !piece.endsWith("}")) {
      if (/[{}]/.test(piece)) throw refuse(text, `has a brace without its other half in "${piece}"`);
      return { kind: "literal", text: piece };
    }
    const name = piece.slice(1, -1);
    if (!/^[A-Za-z][\w-]*$/.test(name)) throw refuse(text, `holds "${piece}", which is no word`);
    return isPlaceholder(name) ? { kind: "placeholder", name } : { kind: "aside", name };
  });
}

function isPlaceholder(name: string): name is Placeholder {
  return (known as readonly string[]).includes(name);
}

function check(text: string, parts: readonly Part[]): void {
  const has = (name: Placeholder): boolean =>
    parts.some((part) => part.kind === "placeholder" && part.name === name);
  if (!has("well") && !(has("row") && has("column")))
    throw refuse(text, "names no well: {well} is missing, or {row} with {column}");
  if (has("well") && (has("row") || has("column")))
    throw refuse(text, "names the well twice, by {well} and by {row} or {column}");
  if (text.includes("\\")) throw refuse(text, 'holds a backslash; folders are separated by "/"');
  if (text.split("/").some((name) => name === "" || name === "." || name === ".."))
    throw refuse(
      text,
      'is no path below the plate\'s folder: it begins or ends with "/", or holds an empty name, "." or ".."',
    );
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    if (part.kind === "literal" || !next || next.kind === "literal") continue;
    if (part.name === "row" && next.name === "column") continue;
    throw refuse(
      text,
      `does not say where {${part.name}} ends and {${next.name}} begins; put a character between them`,
    );
  }
}

function refuse(pattern: string, fault: string): PlatewrightError {
  return new PlatewrightError(
    "parameter",
    `The name pattern ${JSON.stringify(pattern)} ${fault}. ${listOfPlaceholders} Example: "{well}_s{site}_w{channel}.tif".`,
    { pattern },
  );
}

function toMatched(parts: readonly Part[]): readonly MatchedPart[] {
  return parts.map((part, i) => {
    if (part.kind === "literal") return { ends: literalEnds(part.text, i === parts.length - 1) };
    // What is left aside may differ between two places of one word, such as a run number.
    if (part.kind === "aside") return { ends: run(/[^/]+/y, "fewest", firstOf(parts[i + 1])) };
    return { name: part.name, ends: valueEnds(part.name, parts[i - 1], parts[i + 1]) };
  });
}

function textOf(part: Part | undefined): string {
  return part?.kind === "literal" ? part.text : "";
}

/** A character that a path must have where the part begins; "" where there is no such. An ending may be in capitals. */
function firstOf(part: Part | undefined): string {
  return textOf(part).charAt(0);
}

const letters = [/[A-Z]/iy, /A[A-F]/iy];
const column = [/\d\d/y, /\d/y];
const wells = [
  ...[/[A-Z]\d\d/iy, /[A-Z]\d/iy, /A[A-F]\d\d/iy, /A[A-F]\d/iy],
  ...[/r\d{1,2}c\d\d/iy, /r\d{1,2}c\d/iy],
];

function valueEnds(
  name: Placeholder,
  before: Part | undefined,
  after: Part | undefined,
): MatchedPart["ends"] {
  if (name === "well") return oneOf(...wells);
  // Digits run into digits: only letters are told apart from a column that follows at once.
  if (name === "row") return after?.kind === "placeholder" ? oneOf(...letters) : oneOf(...letters, ...column);
  if (name === "column") return oneOf(...column);
  if (name !== "channel") return run(/\d+/y, "most", firstOf(after));
  // A channel may be a word, such as "DAPI": it ends where the literal beside it begins. A "--" does not end "a-b".
  const borders = [textOf(before).slice(-2), [...textOf(after).slice(0, 2)].reverse().join("")];
  const stops = borders.flatMap((text) => (/^(.)\1$/.test(text) ? [] : [text.at(-1) ?? ""]));
  const excluded = [...new Set(["/", "_", ".", ...stops.filter((stop) => /[^A-Za-z0-9]/.test(stop))])];
  const escaped = excluded.map((stop) => (/[\w ]/.test(stop) ? stop : `\\${stop}`));
  return run(new RegExp(`[^${escaped.join("")}]+`, "y"), "fewest", firstOf(after));
}

/** The ending of the last name is the same in capitals: cameras write ".TIF", people ".tif". */
function literalEnds(text: string, last: boolean): MatchedPart["ends"] {
  const border = last ? text.search(/\.[A-Za-z0-9]+$/) : -1;
  return border < 0 ? exactly(text) : exactly(text.slice(0, border), text.slice(border));
}

function toKey(groups: Values | undefined): Partial<ImageKey> | undefined {
  if (!groups) return undefined;
  const position = parseWell(groups.well ?? `${letterOf(groups.row ?? "")}${groups.column}`);
  if (!position) return undefined;
  const key: { -readonly [part in keyof ImageKey]?: string } = { well: wellName(position) };
  for (const component of components) {
    const value = groups[component];
    if (value !== undefined) key[component] = /^\d+$/.test(value) ? trimZeros(value) : value;
  }
  return key;
}

function letterOf(row: string): string {
  return /^\d+$/.test(row) && Number(row) > 0 ? rowName(Number(row) - 1) : row;
}

function writePath(parts: readonly Part[], key: ImageKey): string {
  return parts.map((part) => (part.kind === "literal" ? part.text : partText(part.name, key))).join("");
}

function partText(name: string, key: ImageKey): string {
  const well = normalizeWell(key.well);
  if (name === "well") return well;
  if (name === "row") return well.replace(/\d+$/, "");
  if (name === "column") return well.replace(/^\D+/, "");
  return key[name as Component];
}
