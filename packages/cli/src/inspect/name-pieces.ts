import type { Component } from "@platewright/core";
import { isApart, isChannelName, partsLabelled } from "./part-labels.ts";

/** What stands at one place of all names of a naming: letters, digits, a word or what separates them. */
export interface Piece {
  /** By name. */
  readonly values: readonly string[];
  /** What the names themselves say that it is; none where they say nothing. */
  readonly labelled: readonly Component[];
  /** What it may be all the same. */
  readonly possible: readonly Component[];
}

/** Pieces that name the well together, and what each is called in a pattern; `undefined` for what lies between. */
export interface WellPieces {
  readonly first: number;
  readonly called: readonly (string | undefined)[];
}

/** Names that are built alike, taken apart. */
export interface Naming {
  readonly pieces: readonly Piece[];
  readonly wells: readonly WellPieces[];
}

const timepoint: readonly Component[] = ["timepoint"];
const unlabelledNumber: readonly Component[] = ["site", "timepoint", "z", "channel"];
const prefixes = /^(?:well|point|channel|wavelength|wave) ?(?=\p{L})/iu;
/** A time that has passed or a time of day, in several numbers: "01d06h30m", "2024y05m01d". */
const time = /^(?:\d+y\d+m\d+d)?(?:\d+d)?(?:\d+h\d+m)?(?:\d+s)?$/;
/** Micro-Manager labels neither the timepoint nor, at the end, the plane. */
const microManager = /(?:^|\/)img_\d{9}_.+_\d{3}$/;

/** Names that have the same separators, the most numerous first. A `/` must be among them. */
export function groupAlike(names: readonly string[], separators: RegExp): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = (name.match(separators) ?? []).join("\0");
    const group = groups.get(key);
    if (group) group.push(name);
    else groups.set(key, [name]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** Takes the names of one such group apart. */
export function takeApart(names: readonly string[], separators: RegExp): Naming {
  const rows = names.map((name) => wordsOf(name, separators));
  const folders = (rows[0] ?? []).map((word) => word.includes("/")).lastIndexOf(true);
  const pieces: Piece[] = [];
  const words: string[] = [];
  for (const i of (rows[0] ?? []).keys()) {
    const values = rows.map((row) => row[i] ?? "");
    const word = i % 2 === 0 ? values : undefined;
    const label = [words.slice(-2).join(""), words.at(-1) ?? ""].find(
      (text) => partsLabelled(text).length > 0 || isApart(text),
    );
    pieces.push(...(word ? splitWord(word, label ?? "", i > folders) : [literal(values)]));
    if (word) words.push(isConstant(word) ? (word[0] ?? "") : "");
  }
  if (microManager.test(names[0] ?? "")) labelMicroManager(pieces);
  return { pieces, wells: findWells(pieces) };
}

/** Words and what separates them, in turn. */
function wordsOf(name: string, separators: RegExp): readonly string[] {
  const words: string[] = [];
  let end = 0;
  for (const found of name.matchAll(separators)) {
    words.push(name.slice(end, found.index), found[0]);
    end = found.index + found[0].length;
  }
  return [...words, name.slice(end)];
}

/** Whether all values are the same. */
export function isConstant(values: readonly string[]): boolean {
  return values.every((value) => value === values[0]);
}

function literal(values: readonly string[]): Piece {
  return { values, labelled: [], possible: [] };
}

/** A word as letters and digits in turn where all names have it so, such as "T0001F001"; else whole. */
function splitWord(values: readonly string[], label: string, inFileName: boolean): readonly Piece[] {
  const prefix = prefixes.exec(values[0] ?? "")?.[0] ?? "";
  if (prefix !== "" && values.every((value) => value.startsWith(prefix) && value.length > prefix.length)) {
    const rest = values.map((value) => value.slice(prefix.length));
    return [literal(values.map(() => prefix)), ...splitWord(rest, prefix.trim(), inFileName)];
  }
  const units = splitUnits(values, label);
  const isKnown = units?.every(({ digits, labelled, isWell }) => digits && (labelled.length > 0 || isWell));
  const isChannel = values.some(isChannelName) || partsLabelled(label).includes("channel");
  if (units && (isKnown || !isChannel)) return units.flatMap(({ pieces }) => pieces);
  return [
    {
      values,
      labelled: isChannel ? ["channel"] : [],
      possible: inFileName && !isConstant(values) ? ["channel"] : [],
    },
  ];
}

interface Unit {
  readonly pieces: readonly Piece[];
  readonly labelled: readonly Component[];
  readonly digits: boolean;
  readonly isWell: boolean;
}

/** Letters with the digits behind them; `undefined` where the letters, but for those of wells, differ from name to name. */
function splitUnits(values: readonly string[], labelBefore: string): readonly Unit[] | undefined {
  const rows = values.map((value) => value.match(/\d+|[^\d]+\d*/g) ?? []);
  const count = rows[0]?.length ?? 0;
  if (count === 0 || rows.some((row) => row.length !== count)) return undefined;
  const isTime = values.every((value) => time.test(value));
  const units: Unit[] = [];
  for (let i = 0; i < count; i++) {
    const texts = rows.map((row) => row[i] ?? "");
    const letters = texts.map((text) => text.replace(/\d+$/, ""));
    const digits = texts.map((text, k) => text.slice(letters[k]?.length));
    const hasDigits = digits.every((text) => text !== "");
    const isWell = texts.every((text) => well.test(text));
    const isNamed = isConstant(letters);
    if (!(isNamed || isWell) || (!hasDigits && digits.some((text) => text !== ""))) return undefined;
    const label = letters[0] === "" ? labelBefore : (/\p{L}+(?=\P{L}*$)/u.exec(letters[0] ?? "")?.[0] ?? "");
    const labelled = isTime ? timepoint : hasDigits && isNamed ? partsLabelled(label) : [];
    const number = {
      values: digits,
      labelled,
      possible: isNamed && labelled.length === 0 && !isApart(label) ? unlabelledNumber : [],
    };
    units.push({
      pieces: [...(letters[0] === "" ? [] : [literal(letters)]), ...(hasDigits ? [number] : [])],
      labelled,
      digits: hasDigits,
      isWell,
    });
  }
  return units;
}

function labelMicroManager(pieces: Piece[]): void {
  const last = pieces.length - 1;
  for (const [i, piece] of pieces.entries()) {
    const part = i === last ? "z" : /^\d{9}$/.test(piece.values[0] ?? "") ? "timepoint" : undefined;
    if (part) pieces[i] = { ...piece, labelled: [part] };
  }
}

const well = /^(?:[A-Z]|A[A-F])\d{1,2}$/i;
const row = /^(?:[A-Z]|A[A-F])$/i;
/** The letters of a row that is the only one: further ones are on plates of 1536 wells alone, and labels such as "Z" elsewhere. */
const onlyRow = /^(?:[A-P]|A[A-F])$/i;
const column = /^(?:0?[1-9]|[1-3]\d|4[0-8])$/;

function findWells(pieces: readonly Piece[]): readonly WellPieces[] {
  const isAll = (i: number, expression: RegExp): boolean =>
    pieces[i]?.values.every((value) => expression.test(value)) ?? false;
  const is = (i: number, expression: RegExp): boolean =>
    isAll(i, expression) && isConstant(pieces[i]?.values ?? []);
  const isRow = (i: number): boolean => isAll(i, row) && (isAll(i, onlyRow) || !is(i, row));
  return [...pieces.keys()].flatMap((first): WellPieces[] => {
    const called = (...names: readonly (string | undefined)[]): WellPieces[] => [{ first, called: names }];
    // The "c1" of "s2_c1" is a channel, the "C1" of "C1_s2" a well.
    if (is(first, /^[a-z]$/) && partsLabelled(pieces[first]?.values[0] ?? "").length > 0) return [];
    if (isRow(first) && isAll(first + 1, column)) return called("{well}", "");
    if (isRow(first) && isAll(first + 2, column)) return called("{row}", undefined, "{column}");
    if (isRow(first) && is(first + 2, /^col(?:umn)?$/i) && isAll(first + 4, column))
      return called("{row}", undefined, undefined, undefined, "{column}");
    if (!is(first, /^r(?:ow)?$/i) || !isAll(first + 1, column)) return [];
    const isColumn = (i: number): boolean => is(i, /^c(?:ol(?:umn)?)?$/i) && isAll(i + 1, column);
    if (isColumn(first + 2)) {
      const isShort = is(first, /^r$/i) && is(first + 2, /^c$/i);
      return isShort ? called("{well}", "", "", "") : called(undefined, "{row}", undefined, "{column}");
    }
    if (isColumn(first + 3)) return called(undefined, "{row}", undefined, undefined, "{column}");
    return [];
  });
}
