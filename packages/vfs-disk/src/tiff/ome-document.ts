import { baseName } from "@platewright/core";
import { readElements, type XmlAttributes } from "./xml-elements.ts";

/** OME-XML as far as it tells what lies in files. */
export interface OmeDocument {
  readonly images: readonly OmeImage[];
  /** The identity that the file gives itself. */
  readonly uuid: string | undefined;
  /** The file beside it to which it leaves all else. */
  readonly metadataFile: string | undefined;
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
  readonly attributes: XmlAttributes;
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
  readonly attributes: XmlAttributes;
  readonly channels: (string | undefined)[];
  readonly planes: { -readonly [K in keyof OmePlanes]: OmePlanes[K] }[];
}

type PlanesByImage = Map<OmeImage, OmePlanes[]>;

/** Reads OME-XML, however long it is; of what is not well-formed, as much as can be made out. */
export function parseOme(text: string): OmeDocument {
  const images: Found[] = [];
  const byUuid = new Map<string, PlanesByImage>();
  const byName = new Map<string, PlanesByImage>();
  let uuid: string | undefined;
  let metadataFile: string | undefined;
  readElements(text, {
    begins: {
      OME: ({ UUID }) => {
        uuid = UUID;
      },
      BinaryOnly: ({ MetadataFile }) => {
        metadataFile = MetadataFile;
      },
      Pixels: (attributes) => images.push({ attributes, channels: [], planes: [] }),
      Channel: ({ Name }) => images.at(-1)?.channels.push(Name?.trim() || undefined),
      TiffData: (attributes) => images.at(-1)?.planes.push(planesOf(attributes)),
    },
    ends: {
      UUID({ FileName }, own) {
        const image = images.at(-1);
        const planes = image?.planes.at(-1);
        if (!image || !planes) return;
        planes.namesFile = own !== "" || FileName !== undefined;
        add(byUuid, own, image, planes);
        if (FileName !== undefined) add(byName, baseName(FileName), image, planes);
      },
    },
  });
  const none: PlanesByImage = new Map();
  return {
    images,
    uuid,
    metadataFile,
    namesFiles: images.some(({ planes }) => planes.some(({ namesFile }) => namesFile)),
    planesOf: (file) =>
      (file.uuid === undefined ? undefined : byUuid.get(file.uuid)) ??
      (file.name === undefined ? undefined : byName.get(baseName(file.name))) ??
      none,
  };
}

function planesOf(attributes: XmlAttributes): Found["planes"][number] {
  const number = (name: string): number | undefined => {
    const value = attributes[name];
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
