import { namePattern } from "@platewright/microscopes";
import { expect, test } from "vitest";
import { bestPattern } from "../src/inspect/suggest-pattern.ts";

/** Every name that "A|B" and the like in a template stand for: "x_{A|B}.tif" gives "x_A.tif" and "x_B.tif". */
function namesOf(template: string): readonly string[] {
  const found = /\{([^{}]*)\}/.exec(template);
  if (!found) return [template];
  return (found[1] ?? "").split("|").flatMap((value) => namesOf(template.replace(found[0], value)));
}

test.each([
  ["wells alone", "{A01|B02}.tif", "{well}.tif"],
  ["a plate of 1536", "x_{A01|Q02|Z48|AF1}_f{1|2}.tif", "x_{well}_f{site}.tif"],
  ["folders of wells", "{A01/A01|B02/B02}_s{1|2}_w{1|2}.tif", "{well}/{well}_s{site}_w{channel}.tif"],
  [
    "all parts",
    "x/p_{b3|b4}_xy{07|08}_c2_z{1|12}_t3.TIF",
    "x/p_{well}_xy{site}_c{channel}_z{z}_t{timepoint}.TIF",
  ],
  ["MetaMorph", "scan_{A01|A02}_{w1DAPI|w2GFP}_s{1|2}.tif", "scan_{well}_{channel}_s{site}.tif"],
  ["MetaMorph, one channel", "scan_{A01|A02}_w1DAPI_s{1|2}.tif", "scan_{well}_{channel}_s{site}.tif"],
  [
    "BBBC005, of which the count is a function of the column and the focus of the row",
    "SIMCEPImages_{A01_C1_F1|A02_C5_F1|B01_C1_F4|B02_C5_F4|C01_C1_F7|C02_C5_F7}_s{01|02}_w{1|2}.TIF",
    "SIMCEPImages_{well}_C{ignore}_F{ignore}_s{site}_w{channel}.TIF",
  ],
  [
    "BBBC005, some wells",
    "{A23_C96_F1_s02|A07_C27_F1_s01|A15_C61_F1_s01|A11_C44_F1_s01|A01_C1_F1_s01|A05_C18_F1_s01}_w1.TIF",
    "{well}_C{ignore}_F1_s{site}_w{channel}.TIF",
  ],
  [
    "BBBC013",
    "Channel{1|2}-{01-A-01|02-A-02|13-B-01|14-B-02}.tif",
    "Channel{channel}-{ignore}-{row}-{column}.tif",
  ],
  [
    "Cellomics",
    "AS_09125_050116030001_{D03|E04}f{00|01}d{0|1|2}.tif",
    "AS_09125_050116030001_{well}f{site}d{channel}.tif",
  ],
  [
    "EVOS",
    "scan_Plate_R_p00_z{00|01}_0_{A01|B02}f{00|01}d{0|1}.TIF",
    "scan_Plate_R_p00_z{z}_0_{well}f{site}d{channel}.TIF",
  ],
  [
    "Yokogawa, of which the action is a function of the channel",
    "AssayPlate_Greiner_#655090_{B02|C03}_T0001F{001|002}L01A{01Z01C01|02Z01C02|02Z01C03}.tif",
    "AssayPlate_Greiner_#655090_{well}_T{timepoint}F{site}L01A{ignore}Z{z}C{channel}.tif",
  ],
  [
    "Yokogawa, a single well and a date before it",
    "20210101T123456_Plate_B02_T0001F{001|002}L01A01Z01C{01|02}.tif",
    "20210101T123456_Plate_{well}_T{timepoint}F{site}L01A01Z{z}C{channel}.tif",
  ],
  [
    "Harmony in a folder",
    "a/{r01c02|r02c11}f{01|02}p{01|02}-ch{1|2}sk1fk1fl1.tiff",
    "a/{well}f{site}p{z}-ch{channel}sk{timepoint}fk1fl1.tiff",
  ],
  [
    "IN Cell",
    "{A|B} - {1|12}(fld {1|2} wv {UV - DAPI|Blue - FITC|Green - dsRed}).tif",
    "{row} - {column}(fld {site} wv {ignore} - {channel}).tif",
  ],
  [
    "IN Cell 7",
    "{A|B}_{01|12}_f{1|2}_{c1_xUV_mDAPI|c2_xBlue_mFITC}_z1_t1.tif",
    "{row}_{column}_f{site}_c{channel}_{ignore}_{ignore}_z{z}_t{timepoint}.tif",
  ],
  [
    "Cytation",
    "{A1|B12}_01_{1_1_DAPI 377,447|1_2_DAPI 377,447|2_1_Phase Contrast|2_2_Phase Contrast}_{001|002|003}.tif",
    "{well}_01_{ignore}_{site}_{channel}_{timepoint}.tif",
  ],
  ["Nikon", "{A01|B02}_xy{01|02}c{1|2}.tif", "{well}_xy{site}c{channel}.tif"],
  [
    "Nikon's jobs",
    "Well{A01_PointA01|B02_PointB02}_{0000|0001}_Channel{DAPI|GFP}_Seq0000.tif",
    "Well{well}_Point{well}_{site}_Channel{channel}_Seq0000.tif",
  ],
  [
    "Leica",
    "exp--{A01|B02}--T{00|01}--Z{00|01}--C{00|01}.tif",
    "exp--{well}--T{timepoint}--Z{z}--C{channel}.tif",
  ],
  [
    "Olympus scanR",
    "{A1--W00001|B2--W00014}--P{00001|00002}--Z00000--T00000--{DAPI|nucleus-dapi}.tif",
    "{well}--W{ignore}--P{site}--Z{z}--T{timepoint}--{channel}.tif",
  ],
  [
    "Micro-Manager",
    "{A1|B12}-Site_{0|1}/img_000000000_{DAPI|FITC}_{000|001}.tif",
    "{well}-Site_{site}/img_{timepoint}_{channel}_{z}.tif",
  ],
  [
    "Micro-Manager 2",
    "{A01|B02}/img_channel{000|001}_position{000|001}_time000000000_z000.tif",
    "{well}/img_channel{channel}_position{site}_time{timepoint}_z{z}.tif",
  ],
  ["ZEN", "Exp-01_{A01|B02}_s{01|02}_c{1|2}_ORG.tif", "Exp-01_{well}_s{site}_c{channel}_ORG.tif"],
  ["Incucyte", "VID12_{A1|B2}_{1|2}_00d{00|01}h00m.tif", "VID12_{well}_{site}_00d{timepoint}h00m.tif"],
  [
    "Keyence",
    "{A01/Image_A01|B02/Image_B02}_{00001|00002}_CH{1|2}.tif",
    "{well}/Image_{well}_{site}_CH{channel}.tif",
  ],
  ["BD Pathway", "Well {A001|B002}/DAPI - Confocal - n000000.tif", undefined],
  [
    "a date and time before the well, of which the hour looks like a timepoint",
    "2024-01-05T{10-22-31_A01|10-48-02_A02|11-03-17_A03|11-20-00_A04}_f{1|2}.tif",
    "2024-01-05T{ignore}-{ignore}-{ignore}_{well}_f{site}.tif",
  ],
  [
    "words of one's own",
    "Größe 3/{A01|B02}_f{1|2}_{Kern|Zytoplasma}.tif",
    "Größe 3/{well}_f{site}_{channel}.tif",
  ],
  ["rows and columns", "row{1|2}_col{1|11}_f{1|2}.tif", "row{row}_col{column}_f{site}.tif"],
  [
    "rows and columns in words",
    "Row {B|C}, Col {3|11}/field_01.tif",
    "Row {row}, Col {column}/field_{site}.tif",
  ],
  ["folders of rows and columns", "{A|B}/{1|2}/{1|2}.png", "{row}/{column}/{site}.png"],
  [
    "channels that look like wells",
    "{C01|C02}/{B03|B04|D07}_f{001|002}.tif",
    "C{channel}/{well}_f{site}.tif",
  ],
  ["wells of one row that look like channels", "{C01|C02|C03}_f{001|002}.tif", "{well}_f{site}.tif"],
])("the naming of %s is guessed and reads every image", (_, template, pattern) => {
  const names = namesOf(template);
  expect(bestPattern(names)).toEqual(pattern === undefined ? {} : { pattern, read: names.length });
});

test.each([
  ["image_s{1|2}_w{1|2}.tif"],
  ["Image_S{1|2}_Z{1|2}.tif"],
  ["Exp-01_s{01|02}_c{1|2}_ORG.tif"],
  ["{001001|001002}-{1|2}-001001001.tif"],
  ["slide--S00/chamber--U0{0|1}--V0{0|1}/image--J08--X0{0|1}--Y00--C00.tif"],
  ["VID12_{A1|B2}_1_{00|01}d{00|12}h00m.tif"],
  ["{A1|B2}_X{0|1}_Y{0|1}.tif"],
])("nothing is guessed of %s, where no well is named, or a time or site in two numbers", (template) => {
  expect(bestPattern(namesOf(template))).toEqual({});
});

test("what the guess says of a name is what the name means", () => {
  const names = namesOf("AssayPlate_{B02|C03}_T0001F{001|002}L01A01Z{01|02}C{01|02}.tif");
  const { pattern = "" } = bestPattern(names);
  expect(namePattern(pattern).parseName?.("AssayPlate_C03_T0001F002L01A01Z02C01.tif")).toEqual({
    well: "C03",
    site: "2",
    channel: "1",
    z: "2",
    timepoint: "1",
  });
});

test("names built in another way than most are left, endings in capitals and spaces in channels are not", () => {
  const names = namesOf("{A01|B02}-f{1|2}-{DAPI|Texas Red}.{tif|TIF}").filter((_, i) => i % 3 !== 0);
  const unique = [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
  expect(bestPattern([...unique, "thumb of A01.png", "overview.tif"])).toEqual({
    pattern: expect.stringMatching(/^\{well\}-f\{site\}-\{channel\}\.tif$/i),
    read: unique.length,
  });
});
