import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHostArray } from "@platewright/core";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { type CodecFile, disk, encodeTiff } from "../src/index.ts";
import { describeOme as describeDocument } from "../src/tiff/ome-description.ts";
import { type OmeFile, parseOme } from "../src/tiff/ome-document.ts";
import { tiffCodec } from "../src/tiff/tiff-codec.ts";
import { fixtureBytes, fixtureFolder } from "./fixtures.ts";

const storage = await disk().open(fileURLToPath(fixtureFolder), { readOnly: true });
const planes = [0, 1, 2].map((z) => ({ z, channel: 0, timepoint: 0 }));

it("the channels and the pixel size of a plane are those that tifffile wrote", async () => {
  expect(await storage.describeArray?.("ome-plane.ome.tif")).toEqual({
    shape: [5, 6],
    dtype: "uint16",
    pixelSize: { x: 0.325, y: 0.65 },
    channelNames: ["DAPI 405"],
  });
});

it("channels of a stack are named by the channel of its pages", async () => {
  const described = await storage.describeArray?.("ome-channels.ome.tif");
  expect(described?.channelNames).toEqual(["DAPI", "α-Tubulin", "5' UTR"]);
  expect(described?.pages?.map(({ channel }) => channel)).toEqual([0, 1, 2]);
});

it("a stack of one channel has one name, its pixel size in any unit", async () => {
  const described = await storage.describeArray?.("ome-stack.ome.tif");
  expect(described).toMatchObject({ channelNames: ["GFP"], pixelSize: { x: 0.325, y: 0.65 } });
});

it.each([
  ["ome-set-0.ome.tif", "DAPI"],
  ["ome-set-1.ome.tif", "Cy5"],
  ["ome-binary-0.ome.tif", "DAPI"],
  ["ome-binary-1.ome.tif", "Cy5"],
  ["ome-master-1.ome.tif", "Cy5"],
])("%s, a file of a set, is its own part of it, channel %s", async (name, channel) => {
  expect(await storage.describeArray?.(name)).toEqual({
    shape: [3, 5, 6],
    dtype: "uint16",
    pixelSize: { x: 0.5, y: 0.5 },
    channelNames: [channel],
    pages: planes,
  });
});

it("a file whose companion is not there says so", async () => {
  const described = await storage.describeArray?.("ome-alone.ome.tif");
  expect(described).toMatchObject({ shape: [3, 5, 6] });
  expect(Object.keys(described ?? {})).toEqual(["shape", "dtype", "notes"]);
  expect(described?.notes).toEqual([
    '"ome-alone.ome.tif" leaves what it is to "gone.companion.ome", which is not beside it: no channel names, no pixel size.',
  ]);
});

const describeOme = (text: string, pages: number, file?: OmeFile): ReturnType<typeof describeDocument> =>
  describeDocument(parseOme(text), pages, file);

const pixels = (more: string, sizes = 'SizeZ="1" SizeC="2" SizeT="1"'): string =>
  `<OME><Image><Pixels DimensionOrder="XYCZT" ${sizes}><Channel Name="A"/><Channel Name="B"/>${more}</Pixels></Image></OME>`;

it("a plane of several channels is of the one that its list of planes gives, else of none", () => {
  expect(describeOme(pixels('<TiffData IFD="0" FirstC="1"/>'), 1).channelNames).toEqual(["B"]);
  expect(describeOme(pixels(""), 1).channelNames).toBeUndefined();
});

it("of a set, a file that bears another name by now is known by its UUID alone", () => {
  const listed = (c: number): string =>
    `<TiffData IFD="0" FirstC="${c}"><UUID FileName="old-${c}.tif">id-${c}</UUID></TiffData>`;
  const text = pixels(listed(0) + listed(1));
  expect(describeOme(text, 1, { name: "A01/new.tif", uuid: "id-1" }).channelNames).toEqual(["B"]);
  expect(describeOme(text, 1, { name: "A01/old-0.tif" }).channelNames).toEqual(["A"]);
  expect(describeOme(text, 1, { name: "A01/new.tif" })).toEqual({});
});

it("pages of some channels of a set keep their channels", () => {
  const text = pixels('<TiffData IFD="0" FirstC="1" PlaneCount="2"/>', 'SizeZ="1" SizeC="3" SizeT="1"');
  const named = text.replace('<Channel Name="B"/>', '<Channel Name="B"/><Channel Name="C"/>');
  const { channelNames, pages } = describeOme(named, 2);
  expect(pages?.map(({ channel }) => channelNames?.[channel])).toEqual(["B", "C"]);
});

it("sizes of several images that differ are none", () => {
  const image = (size: number): string => `<Pixels PhysicalSizeX="${size}" PhysicalSizeY="${size}"></Pixels>`;
  expect(describeOme(`<OME>${image(2)}${image(2)}</OME>`, 1).pixelSize).toEqual({ x: 2, y: 2 });
  expect(describeOme(`<OME>${image(2)}${image(3)}</OME>`, 1).pixelSize).toBeUndefined();
});

it("characters that XML writes by name or number are themselves", () => {
  const named = pixels("").replace('Name="A"', "Name='DAPI &amp; &quot;&#x3b1;&quot; &lt;405>'");
  expect(describeOme(named, 2).channelNames).toEqual(['DAPI & "α" <405>', "B"]);
});

it("the companion of many files is read once, and again where it has changed", async () => {
  const folder = temporaryFolder();
  const companion = Buffer.from(fixtureBytes("ome-binary.companion.ome")).toString();
  const names = ["ome-binary-0.ome.tif", "ome-binary-1.ome.tif"];
  for (const name of names) writeFileSync(join(folder, name), fixtureBytes(name));
  const write = (text: string, time: number): void => {
    writeFileSync(join(folder, "ome-binary.companion.ome"), text);
    utimesSync(join(folder, "ome-binary.companion.ome"), time, time);
  };
  const opened = await disk().open(folder, { readOnly: true });
  const channels = async (): Promise<unknown> =>
    (await Promise.all(names.map((name) => opened.describeArray?.(name)))).map(
      (found) => found?.channelNames,
    );
  write(companion, 1000);
  expect(await channels()).toEqual([["DAPI"], ["Cy5"]]);
  // Of the same size and time: nobody looks into it.
  write(companion.replace("DAPI", "GFP!"), 1000);
  expect(await channels()).toEqual([["DAPI"], ["Cy5"]]);
  write(companion.replace("DAPI", "GFP!"), 2000);
  expect(await channels()).toEqual([["GFP!"], ["Cy5"]]);
  rmSync(join(folder, "ome-binary.companion.ome"));
  expect(await channels()).toEqual([undefined, undefined]);
});

it("reading a plane leaves a description of megabytes where it is", async () => {
  const image = createHostArray([4, 5], "uint16");
  const bytes = encodeTiff(image, { name: "x".repeat(1_000_000) });
  let count = 0;
  const file: CodecFile = {
    name: "a.tif",
    size: bytes.length,
    async read(position, target) {
      count += target.length;
      target.set(bytes.subarray(position, position + target.length));
    },
  };
  expect(await tiffCodec.readArray?.(file, {})).toEqual(image);
  expect(count).toBeLessThan(200_000);
});

it("a text that ends within a tag is read up to there", () => {
  expect(
    describeOme('<OME><Pixels DimensionOrder="XYZCT" SizeC="1"><Channel Name="A"/><TiffData IFD="', 1),
  ).toEqual({
    channelNames: ["A"],
  });
});

it("of XML that is not well-formed as much is taken as can be made out", () => {
  // As some writers leave it: a quote within quotes, a bare ampersand and sign, nothing closed.
  const text = '<OME><Image Name="3" dish < 4"><Pixels SizeX="6"><Channel Name="A & B"/><TiffData IFD="0"/>';
  const { images } = parseOme(text);
  expect(images.map(({ channels, planes }) => [channels, planes.length])).toEqual([[["A & B"], 1]]);
});

it("a plane that is said to lie on a page far away fits no file, and is found at once", () => {
  const text = `<OME><Image><Pixels DimensionOrder="XYZCT" SizeZ="2" SizeC="1" SizeT="1"><Channel Name="A"/>
    <TiffData IFD="0"/><TiffData IFD="4000000000" FirstZ="1"/></Pixels></Image></OME>`;
  expect(describeDocument(parseOme(text), 2)).toEqual({ pages: [] });
});
