import { type CallOptions, type ImageKey, PlatewrightError } from "@platewright/core";
import { trimZeros } from "../images.ts";
import { addTo, createTally, type Tally } from "../notes.ts";
import { mostColumns, mostRows } from "../plate-size.ts";
import { lengthInMicrometres } from "./length.ts";
import { parseHarmonyName, wellOf } from "./names.ts";
import { readXml, type XmlElement } from "./xml-elements.ts";

/** One image as the index lists it. */
export interface ListedImage {
  readonly key: ImageKey;
  /** As written: a name, or a path relative to the index. */
  readonly url: string;
}

/** Facts that hold for one channel. Sets hold each distinct value: more than one is a contradiction. */
export interface ChannelFacts {
  readonly names: Set<string>;
  /** "x y" in µm. */
  readonly pixelSizes: Set<string>;
  /** "height width" in pixels. */
  readonly shapes: Set<string>;
  /** Whether it has a flat-field profile by which it is lit unevenly. */
  isUneven: boolean;
}

/** What a Harmony index says. */
export interface HarmonyIndex {
  readonly plateName?: string;
  readonly plateDimensions?: readonly [rows: number, columns: number];
  readonly plates: number;
  readonly images: readonly ListedImage[];
  readonly channels: ReadonlyMap<string, ChannelFacts>;
  /** Position of each site in µm, y upwards, by well and site. */
  readonly positions: ReadonlyMap<string, ReadonlyMap<string, readonly [x: number, y: number]>>;
  /** Images that the microscope itself calls faulty. */
  readonly faulty: Tally;
  /** Entries for further FLIM images of a key, and entries that name no image. */
  readonly flim: Tally;
  readonly incomplete: Tally;
  /** Entries whose file name says something else than they. */
  readonly renamed: Tally;
}

const imageTags = [
  ...["id", "State", "URL", "Row", "Col", "FieldID", "PlaneID", "TimepointID", "ChannelID", "FlimID"],
  ...[
    "ChannelName",
    "ImageResolutionX",
    "ImageResolutionY",
    "ImageSizeX",
    "ImageSizeY",
    "FlatfieldProfile",
    "PositionX",
    "PositionY",
  ],
];
const plateTags = ["Name", "PlateID", "PlateRows", "PlateColumns"];
const names = new Set([...imageTags, ...plateTags, "Image", "Entry", "Plate"]);

/** Texts of an element's children by name; lengths are already in µm. */
type Fields = Record<string, string | undefined>;

/**
 * Reads `Index.xml` or `Index.idx.xml` of Harmony V1 to V7, whatever its namespace. In V6 and V7 what holds for a
 * channel stands once under `Maps`; elsewhere each image repeats it.
 * Throws "plate" where it is no such index or cannot be read.
 */
export async function readHarmonyIndex(
  bytes: Uint8Array,
  path: string,
  options?: CallOptions,
): Promise<HarmonyIndex> {
  const plate: Fields = {};
  let plates = 0;
  let fields: Fields = {};
  const collected = createCollection();
  await readXml(
    bytes,
    path,
    {
      names,
      onRoot(name) {
        if (name !== "EvaluationInputData") throw noIndex(path, name);
      },
      onStart({ name, attributes }, parents) {
        if (isImage(name, parents)) fields = {};
        if (isEntry(name, parents)) fields = { ChannelID: attributes.ChannelID };
      },
      onEnd(element, parents) {
        const { name } = element;
        if (isImage(name, parents)) collected.addImage(fields);
        else if (isEntry(name, parents)) collected.addEntry(fields);
        else if (name === "Plate" && parents.at(-1) === "Plates") plates++;
        else if (parents.at(-1) === "Plate" && plateTags.includes(name)) plate[name] ??= element.text;
        else if (parents.at(-1) === "Image" || parents.at(-1) === "Entry") fields[name] = fieldText(element);
      },
    },
    options,
  );
  const [rows, columns] = [Number(plate.PlateRows), Number(plate.PlateColumns)];
  const plateName = plate.Name || plate.PlateID;
  return {
    ...(plateName && { plateName }),
    ...(isSide(rows, mostRows) &&
      isSide(columns, mostColumns) && { plateDimensions: [rows, columns] as const }),
    plates,
    ...collected.result,
  };
}

function isSide(count: number, most: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= most;
}

function isImage(name: string, parents: readonly string[]): boolean {
  return name === "Image" && parents.at(-1) === "Images";
}

function isEntry(name: string, parents: readonly string[]): boolean {
  return name === "Entry" && parents.at(-1) === "Map";
}

function fieldText({ name, text, attributes }: XmlElement): string | undefined {
  const isLength = name.startsWith("Position") || name.startsWith("ImageResolution");
  return isLength ? lengthInMicrometres(text, attributes.Unit) : text;
}

function noIndex(path: string, root: string): PlatewrightError {
  return new PlatewrightError(
    "plate",
    `"${path}" is no index of Harmony: its outermost element is "${root}", not "EvaluationInputData". Check that the folder is an Opera Phenix or Operetta plate.`,
    { path, root },
  );
}

type Collected = Omit<HarmonyIndex, "plateName" | "plateDimensions" | "plates">;

interface Collection {
  readonly result: Collected;
  readonly addImage: (fields: Fields) => void;
  readonly addEntry: (fields: Fields) => void;
}

function createCollection(): Collection {
  const images: ListedImage[] = [];
  const channels = new Map<string, ChannelFacts>();
  const positions = new Map<string, Map<string, readonly [number, number]>>();
  const [faulty, flim, incomplete, renamed] = [createTally(), createTally(), createTally(), createTally()];
  return {
    result: { images, channels, positions, faulty, flim, incomplete, renamed },
    addImage(fields) {
      const url = fields.URL ?? "";
      const named = parseHarmonyName(url.slice(url.search(/[^/\\]*$/)));
      const key = keyOf(fields, named);
      if (!key || url === "") return addTo(incomplete, fields.id || url);
      if (fields.FlimID && fields.FlimID !== "1") return addTo(flim, url);
      images.push({ key, url });
      if (fields.State && !/^ok$/i.test(fields.State)) addTo(faulty, url);
      if (named && !agree(key, named)) addTo(renamed, url);
      addFacts(channels, key.channel, fields);
      addPosition(positions, key, fields);
    },
    addEntry(fields) {
      if (fields.ChannelID) addFacts(channels, trimZeros(fields.ChannelID), fields);
    },
  };
}

/**
 * The key of an entry; what it leaves out is taken from the file's name.
 * Harmony counts timepoints from 0 and writes the first as "sk1" into the name.
 */
function keyOf(fields: Fields, named: ImageKey | undefined): ImageKey | undefined {
  const { Row, Col, FieldID, PlaneID, ChannelID, TimepointID } = fields;
  const well = Row && Col ? wellOf(Row, Col) : named?.well;
  const site = numberOf(FieldID || named?.site || "1");
  const z = numberOf(PlaneID || named?.z || "1");
  const channel = numberOf(ChannelID || named?.channel || "1");
  const index = TimepointID ? numberOf(TimepointID) : undefined;
  const timepoint = TimepointID ? index && String(Number(index) + 1) : (named?.timepoint ?? "1");
  if (!well || !site || !z || !channel || !timepoint) return undefined;
  return { well, site, channel, z, timepoint };
}

function numberOf(text: string): string | undefined {
  return /^\d+$/.test(text) ? trimZeros(text) : undefined;
}

function agree(key: ImageKey, named: ImageKey): boolean {
  return (Object.keys(named) as (keyof ImageKey)[]).every((part) => named[part] === key[part]);
}

function newFacts(): ChannelFacts {
  return { names: new Set(), pixelSizes: new Set(), shapes: new Set(), isUneven: false };
}

function addFacts(channels: Map<string, ChannelFacts>, channel: string, fields: Fields): void {
  const facts = channels.get(channel) ?? newFacts();
  channels.set(channel, facts);
  const { ChannelName, FlatfieldProfile, ImageResolutionX, ImageResolutionY, ImageSizeX, ImageSizeY } =
    fields;
  facts.isUneven ||= /Character:\s*NonFlat/.test(FlatfieldProfile ?? "");
  if (ChannelName) facts.names.add(ChannelName);
  if (ImageResolutionX && ImageResolutionY) facts.pixelSizes.add(`${ImageResolutionX} ${ImageResolutionY}`);
  if (ImageSizeX && ImageSizeY) facts.shapes.add(`${ImageSizeY} ${ImageSizeX}`);
}

function addPosition(
  positions: Map<string, Map<string, readonly [number, number]>>,
  { well, site }: ImageKey,
  { PositionX, PositionY }: Fields,
): void {
  if (!PositionX || !PositionY) return;
  const sites = positions.get(well) ?? new Map<string, readonly [number, number]>();
  positions.set(well, sites);
  if (!sites.has(site)) sites.set(site, [Number(PositionX), Number(PositionY)]);
}
