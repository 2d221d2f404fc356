import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHostArray } from "@platewright/core";
import { disk } from "@platewright/vfs-disk";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { platewright } from "./support/command.ts";
import { writeModule } from "./support/pipelines.ts";
import { imagePath, makePlate } from "./support/plate.ts";

test("--json says all that is known of a plate, and nothing else", async () => {
  const folder = temporaryFolder();
  await makePlate(folder, { wells: ["A01", "B10", "B02"], sites: 10, channels: 2, planes: 2, size: 8 });
  rmSync(join(folder, imagePath("B02", 3, 2, 1)));
  const { code, stdout, stderr } = await platewright(["inspect", folder, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    layout: "imagexpress",
    name: expect.any(String),
    wells: ["A01", "B02", "B10"],
    components: {
      site: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
      channel: ["1", "2"],
      z: ["1", "2"],
      timepoint: ["1"],
    },
    images: 119,
    shape: [8, 8],
    dtype: "uint16",
    pixelSize: { x: 0.5, y: 0.5, unit: "µm" },
    missing: [{ well: "B02", site: "3", channel: "2", z: "1", timepoint: "1" }],
    notes: expect.any(Array),
  });
});

test("people see a summary, a map of many wells, and what is missing", async () => {
  const folder = temporaryFolder();
  const wells = ["A", "B", "C", "D"].flatMap((row) => ["01", "02", "03", "05"].map((column) => row + column));
  await makePlate(folder, { wells, sites: 2, planes: 3, size: 8 });
  rmSync(join(folder, imagePath("C05", 2, 1, 3)));
  const { code, stdout } = await platewright(["inspect", folder]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/wells +16: A01, A02, /);
  expect(stdout).toMatch(/z planes +3 \(1 … 3\)/);
  expect(stdout).toMatch(/images +95 of 8 × 8 pixels, uint16/);
  expect(stdout).toMatch(/pixel size +0.5 µm/);
  expect(stdout).toMatch(/missing +1 image in C05 \(site 2, channel 1, z 3, timepoint 1\)/);
  expect(stdout).toMatch(/D {2}● {2}● {2}● {2}· {2}●/);
});

test("--wells and --exclude-wells choose wells, also by the microscope's names", async () => {
  const folder = temporaryFolder();
  await makePlate(folder, { wells: ["A01", "A02", "B01", "C03"], size: 8 });
  const wellsFor = async (...flags: readonly string[]): Promise<unknown> => {
    const { stdout } = await platewright(["inspect", folder, "--json", ...flags]);
    return (JSON.parse(stdout) as { readonly wells: unknown }).wells;
  };
  expect(await wellsFor("--wells", "R03C03")).toEqual(["C03"]);
  expect(await wellsFor("--wells", "row:A", "--wells", "C03")).toEqual(["A01", "A02", "C03"]);
  expect(await wellsFor("--wells", "3", "--exclude-wells", "a01")).toEqual(["A02", "B01"]);
  const absent = await platewright(["inspect", folder, "--wells", "H12"]);
  expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining("A01, A02, B01, C03") });
});

test("a naming of one's own is read with --pattern", async () => {
  const folder = temporaryFolder();
  await makePlate(folder, { wells: ["A01", "A02"], sites: 2, size: 8 });
  const pattern = "TimePoint_{timepoint}/ZStep_{z}/made_{well}_s{site}_w{channel}.TIF";
  const { code, stdout } = await platewright(["inspect", folder, "--pattern", pattern, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ layout: "pattern", wells: ["A01", "A02"], images: 4 });
  const both = await platewright(["inspect", folder, "--pattern", pattern, "--layout", "imagexpress"]);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("exclude each other") });
});

test("--plugins makes layouts of one's own known, from a list or a pipeline's module", async () => {
  const folder = temporaryFolder();
  const storage = await disk().open(join(folder, "plate"));
  await storage.writeArray?.("scan-1-B02.tif", createHostArray([8, 8], "uint16"));
  const layout = `({ ...namePattern("scan-{site}-{well}.tif"), name: "scanner", detect: () => "a scan" })`;
  const list = writeModule(
    folder,
    "plugins.ts",
    `import { namePattern } from "@platewright/microscopes";\nexport default [${layout}];\n`,
  );
  const pipeline = writeModule(
    folder,
    "pipeline.ts",
    `import { definePipeline } from "@platewright/core";
     import plugins from "./plugins.ts";
     export default { pipeline: definePipeline({ name: "nothing", steps: [] }), plugins };`,
  );
  for (const module of [list, pipeline]) {
    const { code, stdout } = await platewright([
      "inspect",
      join(folder, "plate"),
      "--plugins",
      module,
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ wells: ["B02"], images: 1 });
  }
  const none = writeModule(folder, "none.ts", "export default 3;\n");
  const refused = await platewright(["inspect", join(folder, "plate"), "--plugins", none]);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("exports no plugins. Write") });
});

test("of a folder of images in formats that are not read one is named, with what to do", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "A01.nd2"), "");
  writeFileSync(join(folder, "A02.jpg"), "");
  const { code, stderr } = await platewright(["inspect", folder]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/holds images such as "A0(1\.nd2|2\.jpg)", which are not read. Export them as TIFF/);
});

test("an empty folder, a file and a folder that is not there are refused by name", async () => {
  const folder = temporaryFolder();
  const empty = await platewright(["inspect", folder]);
  expect(empty).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining(`"${folder}" is empty`),
  });
  const file = join(folder, "image.tif");
  writeFileSync(file, "");
  const notFolder = await platewright(["inspect", file]);
  expect(notFolder).toMatchObject({ code: 1, stderr: expect.stringContaining("is a file, not a folder") });
  const absent = await platewright(["inspect", join(folder, "nowhere"), "--json"]);
  expect(absent.code).toBe(1);
  expect(JSON.parse(absent.stdout)).toEqual({
    ok: false,
    error: { code: "not-found", message: expect.stringContaining(join(folder, "nowhere")) },
  });
});

test("a folder of plates names them", async () => {
  const folder = temporaryFolder();
  await makePlate(join(folder, "plate 1"), { wells: ["A01"], size: 8 });
  await makePlate(join(folder, "plate 2"), { wells: ["A01"], size: 8 });
  const { code, stderr } = await platewright(["inspect", folder]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    `2 plates lie in it: "${join(folder, "plate 1")}", "${join(folder, "plate 2")}". Give the folder of one.`,
  );
});

test.each([
  ["Z00", "Z{z}"],
  ["time_", "time_{timepoint}"],
  ["Time Point ", "Time Point {timepoint}"],
])(
  "folders such as %s1 are parts of one plate, not plates, and so is one alone",
  async (name, placeholder) => {
    const folder = temporaryFolder();
    const storage = await disk().open(folder);
    const alone = await disk().open(join(folder, "alone"));
    await alone.writeArray?.(`${name}1/A01_s1_w1.tif`, createHostArray([8, 8], "uint16"));
    const ofOne = await platewright(["inspect", join(folder, "alone")]);
    expect(ofOne.stderr).toContain(`"${placeholder}/{well}_s{site}_w{channel}.tif"`);
    rmSync(join(folder, "alone"), { recursive: true });
    for (const path of [`${name}1/A01_s1_w1.tif`, `${name}2/A01_s1_w1.tif`])
      await storage.writeArray?.(path, createHostArray([8, 8], "uint16"));
    const { code, stderr } = await platewright(["inspect", folder]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${placeholder}/{well}_s{site}_w{channel}.tif`);
    const pattern = /--pattern "([^"]*)"/.exec(stderr)?.[1] ?? "";
    expect((await platewright(["inspect", folder, "--pattern", pattern])).stdout).toMatch(/images +2 of/);
  },
);

test("for a folder in an unknown naming a pattern is suggested, and holds", async () => {
  const folder = temporaryFolder();
  const storage = await disk().open(folder);
  for (const well of ["B2", "C11"])
    for (const stain of ["DAPI", "GFP"])
      await storage.writeArray?.(`${well}/scan 7_f03_${stain}.tif`, createHostArray([8, 8], "uint16"));
  const unknown = await platewright(["inspect", folder]);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('One of its images is "B2/scan 7_f03_DAPI.tif".');
  const [, suggested = ""] = /--pattern "([^"]+)"/.exec(unknown.stderr) ?? [];
  expect(suggested).toBe("{well}/scan 7_f{site}_{channel}.tif");
  const read = await platewright(["inspect", folder, "--pattern", suggested, "--json"]);
  expect(JSON.parse(read.stdout)).toMatchObject({
    wells: ["B02", "C11"],
    components: { site: ["3"], channel: ["DAPI", "GFP"] },
    images: 4,
  });
});

test.each([
  ["Plate 1", "Plate 2", ""],
  ["Actin", "Nuclei", '; if they are the channels of one, give --pattern "{channel}/{well}-q1.tif"'],
])("of folders that hold the same names, %s and %s, the pattern of one is suggested", async (...names) => {
  const [first, second, otherwise] = names;
  const folder = temporaryFolder();
  const storage = await disk().open(folder);
  for (const path of [first, second].flatMap((name) => [`${name}/A01-q1.tif`, `${name}/B02-q1.tif`]))
    await storage.writeArray?.(path, createHostArray([8, 8], "uint16"));
  const { stderr } = await platewright(["inspect", folder]);
  expect(stderr).toContain(
    `If each of its folders is a plate, give the folder of one, such as "${join(folder, first)}", with --pattern "{well}-q1.tif"${otherwise}.`,
  );
});

test("of a plate deep in folders the folder is named, with the pattern or as a plate of its own", async () => {
  const folder = temporaryFolder();
  const storage = await disk().open(folder);
  for (const path of ["a/raw data/A01/f1.tif", "a/raw data/A02/f1.tif"])
    await storage.writeArray?.(path, createHostArray([8, 8], "uint16"));
  expect((await platewright(["inspect", folder])).stderr).toContain(
    `If these are wells, give the folder "${join(folder, "a/raw data")}" with --pattern "{well}/f{site}.tif".`,
  );
  await makePlate(join(folder, "b/2024/plate"), { wells: ["A01", "A02", "A03"], size: 8 });
  expect((await platewright(["inspect", folder])).stderr).toMatch(/A plate lies in it: "[^"]*b\/2024\/plate/);
});

test("where a pattern or the layout of an HTD file finds no image, another pattern is suggested", async () => {
  const folder = temporaryFolder();
  const storage = await disk().open(folder);
  for (const name of ["A01-f1.tif", "A02-f1.tif"])
    await storage.writeArray?.(name, createHostArray([8, 8], "uint16"));
  writeFileSync(join(folder, "plate.HTD"), '"XWells", 12\n"YWells", 8\n');
  for (const flags of [[], ["--pattern", "{well}_s{site}.tif"]]) {
    const { code, stderr } = await platewright(["inspect", folder, ...flags]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      flags.length === 0 ? /no image named as ImageXpress/ : /No file of .* is named as/,
    );
    expect(stderr).toContain('If these are wells, give --pattern "{well}-f{site}.tif".');
  }
});

test("a suggested pattern that reads some of the images says how many", async () => {
  const folder = temporaryFolder();
  const storage = await disk().open(folder);
  for (const name of ["A01_s1_x.tif", "A02_s1_x.tif", "thumb of A01.tif"])
    await storage.writeArray?.(name, createHostArray([8, 8], "uint16"));
  const { stderr } = await platewright(["inspect", folder]);
  expect(stderr).toContain('give --pattern "{well}_s{site}_x.tif", which reads 2 of 3 images.');
});

test("colours are for terminals only", async () => {
  const folder = temporaryFolder();
  await makePlate(folder, { wells: ["A01"], size: 8 });
  for (const env of [{}, { NO_COLOR: "1" }]) {
    const { stdout } = await platewright(["inspect", folder], { env });
    expect(stdout).not.toContain("\u001b");
  }
});
