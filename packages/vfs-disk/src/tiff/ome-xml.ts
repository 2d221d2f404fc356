import type { DType } from "@platewright/core";
import type { PixelSides } from "./description.ts";

/** What OME-XML says of an image whose planes are z planes or channels. */
export interface OmeImage {
  readonly width: number;
  readonly height: number;
  readonly pages: number;
  readonly dtype: DType;
  readonly pixelSize?: PixelSides | undefined;
  readonly name?: string | undefined;
  /** One name for each page makes the pages channels; one name alone names the channel of all. */
  readonly channelNames?: readonly string[] | undefined;
}

const types: Readonly<Record<DType, string>> = {
  bool: "bit",
  uint8: "uint8",
  int8: "int8",
  uint16: "uint16",
  int16: "int16",
  uint32: "uint32",
  int32: "int32",
  float16: "float", // OME-XML has no name of its own for it; how wide a sample is, a reader finds in the TIFF
  float32: "float",
  float64: "double",
};

const schema = "http://www.openmicroscopy.org/Schemas/OME/2016-06";

/** OME-XML (schema 2016-06) for a TIFF whose pages lie in order; ASCII alone, as a TIFF's text must be. */
export function omeXml(image: OmeImage): string {
  const { width, height, pages, pixelSize, name, channelNames = [] } = image;
  const channels = channelNames.length > 1 ? pages : 1;
  const sizes = `SizeX="${width}" SizeY="${height}" SizeZ="${pages / channels}" SizeC="${channels}" SizeT="1"`;
  const physical = pixelSize
    ? ` PhysicalSizeX="${pixelSize.x}" PhysicalSizeXUnit="&#181;m" PhysicalSizeY="${pixelSize.y}" PhysicalSizeYUnit="&#181;m"`
    : "";
  const channelTags = Array.from({ length: channels }, (_, index) => {
    const label = channelNames[index] === undefined ? "" : ` Name="${escapeXml(channelNames[index])}"`;
    return `<Channel ID="Channel:0:${index}"${label} SamplesPerPixel="1"/>`;
  }).join("");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<OME xmlns="${schema}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${schema} ${schema}/ome.xsd" Creator="Platewright">`,
    `<Image ID="Image:0"${name === undefined ? "" : ` Name="${escapeXml(name)}"`}>`,
    `<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="${types[image.dtype]}" ${sizes}${physical}>`,
    `${channelTags}<TiffData IFD="0" PlaneCount="${pages}"/></Pixels></Image></OME>`,
  ].join("");
}

function escapeXml(text: string): string {
  let escaped = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    // XML knows no control characters and no halves of surrogate pairs, not even as numbers.
    if (code < 32 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff)
      escaped += "&#65533;";
    else escaped += code > 126 || '<>&"'.includes(character) ? `&#${code};` : character;
  }
  return escaped;
}
