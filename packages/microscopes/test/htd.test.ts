import { expect, test } from "vitest";
import { parseHtd } from "../src/imagexpress/htd.ts";
import { htdOf } from "./htd-text.ts";

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test("an HTD file promises wells, sites, channels, z steps and timepoints", () => {
  const text = htdOf({
    wells: ["B02", "B03"],
    sites: [1, 2],
    channels: ["DAPI", "Texas, Red"],
    z: 3,
    timepoints: 2,
  });
  expect(parseHtd(latin1(text), "p.HTD")).toEqual({
    plateDimensions: [8, 12],
    wells: ["B02", "B03"],
    grid: { dimensions: [1, 2], selected: [1, 2] },
    channels: ["1", "2"],
    channelNames: { 1: "DAPI", 2: "Texas, Red" },
    zSteps: 3,
    timepoints: 2,
  });
});

test("bytes that are no UTF-8 are read as Latin-1", () => {
  const bytes = latin1(
    '"Description", "\x81 10 \xb5m"\r\n"TimePoints", 1\r\n"NWavelengths", 1\r\n"WaveName1", "5 \xb5m"\r\n',
  );
  expect(parseHtd(bytes, "p.HTD").channelNames).toEqual({ 1: "5 µm" });
});

test("what is switched off is one", () => {
  const text =
    '"ZSeries", FALSE\n"ZSteps", 9\n"Sites", FALSE\n"XSites", 3\n"YSites", 3\n"Waves", FALSE\n"NWavelengths", 4\n';
  expect(parseHtd(latin1(text), "p.HTD")).toEqual({
    grid: { dimensions: [1, 1], selected: [1] },
    channels: ["1"],
    channelNames: {},
    zSteps: 1,
  });
});

test("sites that are not selected and channels that are not collected are not promised", () => {
  const text =
    '"XSites", 2\n"YSites", 2\n"SiteSelection1", TRUE, FALSE\n"SiteSelection2", FALSE, TRUE\n"NWavelengths", 2\n"WaveCollect1", 0\n"WaveCollect2", 1\n';
  const { grid, channels } = parseHtd(latin1(text), "p.HTD");
  expect(grid).toEqual({ dimensions: [2, 2], selected: [1, 4] });
  expect(channels).toEqual(["2"]);
});

test("a value that cannot be read is named with its key and file", () => {
  expect(() => parseHtd(latin1('"XSites", "many"\n"YSites", 1\n'), "a/p.HTD")).toThrow(
    /"XSites" in "a\/p.HTD" is "many"/,
  );
  expect(() => parseHtd(latin1('"XSites", 999999999\n"YSites", 1\n'), "p.HTD")).toThrow(/XSites/);
});

test("a file without any key is no HTD file", () => {
  expect(() => parseHtd(latin1("hello\n"), "p.HTD")).toThrow(/none of the keys/);
});

test("a file that another program saved in UTF-8 is read too", () => {
  const text = '\ufeff"TimePoints", 1\n"NWavelengths", 1\n"WaveName1", "DAPI 20 µm"\n';
  expect(parseHtd(new TextEncoder().encode(text), "p.HTD").channelNames).toEqual({ 1: "DAPI 20 µm" });
});

test.each([
  ["YWells", 703],
  ["XWells", 100],
])("a plate has no more rows and columns than names of wells can tell: %s", (key, count) => {
  const other = key === "YWells" ? "XWells" : "YWells";
  expect(() => parseHtd(latin1(`"${key}", ${count}\n"${other}", 12\n`), "p.HTD")).toThrow(
    new RegExp(`a count from 1 to ${count - 1}`),
  );
  expect(parseHtd(latin1(`"${key}", ${count - 1}\n"${other}", 12\n`), "p.HTD")).toHaveProperty(
    "plateDimensions",
  );
});

test("quotes in a text are written twice", () => {
  const { channelNames } = parseHtd(latin1('"TimePoints", 1\n"WaveName1", "5"" lens", 7\n'), "p.HTD");
  expect(channelNames).toEqual({ 1: '5" lens' });
});

test("where nothing says which sites are selected, all are", () => {
  expect(parseHtd(latin1('"XSites", 2\n"YSites", 1\n'), "p.HTD").grid?.selected).toEqual([1, 2]);
});
