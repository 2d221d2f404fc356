import { baseName } from "@platewright/core";
import { tagsOf, textAt, type XmlTag } from "./xml-tags.ts";

/** OME-XML as far as it tells what lies in files. */
export interface OmeDocument {
  readonly images: readonly OmeImage[];
  /** Whether it names the files of its planes: that of a set of files does. */
  readonly namesFiles: boolean;
  /** The planes of a file by its UUID, else by its name, under the image that they belong to. */
  planesOf(file: OmeFile): ReadonlyMap<OmeImage, readonly OmePlanes[]>;
}

/** By what a file of a set is known in the OME-XML of the set. */
export interface OmeFile {
  /** Its path or name. */
  readonly name?: string | undefined;
  readonly uuid?: string | undefined;
}

/** An image of several dimensions: a `Pixels` element. */
export interface OmeImage {
  readonly tag: XmlTag;
  readonly channels: readonly (string | undefined)[];
  readonly planes: readonly OmePlanes[];
}

/** Planes that lie one after the other in one file: a `TiffData` element. What it leaves out is `undefined`. */
export interface OmePlanes {
  readonly ifd: number | undefined;
  readonly count: number | undefined;
  readonly first: Readonly<Record<"Z" | "C" | "T", number>>;
  /** Whether it names its file. */
  readonly namesFile: boolean;
}

interface Found {
  readonly tag: XmlTag;
  readonly channels: (string | undefined)[];
  readonly planes: { -readonly [K in keyof OmePlanes]: OmePlanes[K] }[];
}

type PlanesByImage = Map<OmeImage, OmePlanes[]>;

/** Reads OME-XML, in one pass and however long it is. */
export function parseOme(text: string): OmeDocument {
  const images: Found[] = [];
  const byUuid = new Map<string, PlanesByImage>();
  const byName = new Map<string, PlanesByImage>();
  for (const tag of tagsOf(text)) {
    const image = images.at(-1);
    if (tag.name === "Pixels") images.push({ tag, channels: [], planes: [] });
    else if (tag.name === "Channel") image?.channels.push(tag.attribute("Name")?.trim() || undefined);
    else if (tag.name === "TiffData") image?.planes.push(planesOf(tag));
    else if (tag.name === "UUID") {
      const planes = image?.planes.at(-1);
      if (!image || !planes) continue;
      const [uuid, fileName] = [textAt(text, tag.end), tag.attribute("FileName")];
      planes.namesFile = uuid !== "" || fileName !== undefined;
      add(byUuid, uuid, image, planes);
      if (fileName !== undefined) add(byName, baseName(fileName), image, planes);
    }
  }
  const none: PlanesByImage = new Map();
  return {
    images,
    namesFiles: images.some(({ planes }) => planes.some(({ namesFile }) => namesFile)),
    planesOf: ({ name, uuid }) =>
      (uuid === undefined ? undefined : byUuid.get(uuid)) ??
      (name === undefined ? undefined : byName.get(baseName(name))) ??
      none,
  };
}

function planesOf(tag: XmlTag): Found["planes"][number] {
  const number = (name: string): number | undefined => {
    const value = tag.attribute(name);
    return value === undefined ? undefined : Number(value);
  };
  const first = (axis: "Z" | "C" | "T"): number => number(`First${axis}`) ?? 0;
  return {
    ifd: number("IFD"),
    count: number("PlaneCount"),
    first: { Z: first("Z"), C: first("C"), T: first("T") },
    namesFile: false,
  };
}

function add(index: Map<string, PlanesByImage>, key: string, image: OmeImage, planes: OmePlanes): void {
  if (key === "") return;
  const byImage = index.get(key) ?? new Map<OmeImage, OmePlanes[]>();
  index.set(key, byImage);
  const own = byImage.get(image);
  if (own) own.push(planes);
  else byImage.set(image, [planes]);
}
