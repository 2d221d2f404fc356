/** One image of a Harmony index for a test. */
export interface HarmonyImage {
  readonly row?: number;
  readonly column?: number;
  readonly field?: number;
  readonly plane?: number;
  readonly channel?: number;
  /** From 0. */
  readonly timepoint?: number;
  /** In metres. */
  readonly at?: readonly [x: number, y: number];
  readonly url?: string;
  /** Further elements, which replace those of the same name. */
  readonly tags?: Readonly<Record<string, string>>;
}

const facts = {
  ChannelName: "DAPI",
  ImageResolutionX: "2.5E-07",
  ImageResolutionY: "2.5E-07",
  ImageSizeX: "10",
  ImageSizeY: "8",
};

/** The name of an image's file. */
export function harmonyName(image: HarmonyImage): string {
  const two = (value = 1): string => String(value).padStart(2, "0");
  const { row, column, field, plane, channel = 1, timepoint = 0 } = image;
  return `r${two(row)}c${two(column)}f${two(field)}p${two(plane)}-ch${channel}sk${timepoint + 1}fk1fl1.tiff`;
}

function imageElement(
  image: HarmonyImage,
  prefix: string,
  perImage: Readonly<Record<string, string>>,
): string {
  const { row = 1, column = 1, field = 1, plane = 1, channel = 1, timepoint = 0, at } = image;
  const tags: Record<string, string> = {
    ...{ id: "x", State: "Ok", URL: image.url ?? harmonyName(image), Row: `${row}`, Col: `${column}` },
    ...{ FieldID: `${field}`, PlaneID: `${plane}`, TimepointID: `${timepoint}`, ChannelID: `${channel}` },
    ...(at && { PositionX: String(at[0]), PositionY: String(at[1]) }),
    ...perImage,
    ...image.tags,
  };
  return `<${prefix}Image Version="1">${elements(tags, prefix)}</${prefix}Image>`;
}

function elements(tags: Readonly<Record<string, string>>, prefix: string): string {
  const unit = (name: string): string => (/^(Position|ImageResolution)/.test(name) ? ' Unit="m"' : "");
  return Object.entries(tags)
    .map(([name, text]) => `<${prefix}${name}${unit(name)}>${text}</${prefix}${name}>`)
    .join("\n");
}

/** An index as V5 writes it, each image with its channel's facts. */
export function harmonyV5(
  images: readonly HarmonyImage[],
  namespace = "http://www.perkinelmer.com/PEHH/HarmonyV5",
): string {
  return document(
    images.map((image) => imageElement(image, "", facts)).join("\n"),
    "",
    "",
    ` xmlns="${namespace}"`,
  );
}

/** An index as V6 and V7 write it: the channel's facts once, under Maps; here with a namespace prefix too. */
export function harmonyV7(images: readonly HarmonyImage[], names: Readonly<Record<string, string>>): string {
  const p = "h:";
  const entries = Object.entries(names).map(
    ([channel, ChannelName]) =>
      `<${p}Entry ChannelID="${channel}">${elements({ ...facts, ChannelName }, p)}</${p}Entry>`,
  );
  const maps = `<${p}Maps><${p}Map><${p}Entry ChannelID="1"><${p}FlatfieldProfile>{a: b}</${p}FlatfieldProfile></${p}Entry></${p}Map><${p}Map>${entries.join("")}</${p}Map></${p}Maps>`;
  const body = images.map((image) => imageElement(image, p, {})).join("\n");
  return document(body, maps, p, ' xmlns:h="43B2A954-E3C3-47E1-B392-6635266B0DD3/HarmonyV7"');
}

function document(images: string, maps: string, p: string, attributes: string): string {
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?>
<${p}EvaluationInputData Version="1"${attributes}><${p}User>Name of a person</${p}User>
<${p}Plates><${p}Plate><${p}PlateID>id-1</${p}PlateID><${p}Name>Screen 1</${p}Name><${p}PlateRows>16</${p}PlateRows><${p}PlateColumns>24</${p}PlateColumns></${p}Plate></${p}Plates>
<${p}Wells><${p}Well><${p}Row>1</${p}Row><${p}Image id="x"/></${p}Well></${p}Wells>
${maps}<${p}Images>${images}</${p}Images></${p}EvaluationInputData>`;
}
