import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPlatewrightError } from "@platewright/core";
import { decodeCsv, decodeTiff } from "@platewright/vfs-disk";
import { decode } from "fast-png";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { claimFolder } from "../src/demo/claim-folder.ts";
import { closingWords } from "../src/demo/closing-words.ts";
import { isDot } from "../src/demo/glyphs.ts";
import { runDemo } from "../src/demo/index.ts";
import { demoPlate, listPlateFiles } from "../src/demo/make-plate.ts";
import { plantCells } from "../src/demo/plant-cells.ts";
import { createRandom } from "../src/demo/random.ts";
import { type DemoReport, judge, tableText } from "../src/demo/report.ts";
import { createOutput } from "../src/output/output.ts";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "platewright-demo-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe("the demo", () => {
  test("counts within 5 % of the truth, again in its own folder, and leaves what others put there", async () => {
    const folder = await makeFolder();
    await claimFolder(folder, listPlateFiles());
    await writeFile(join(folder, "notes.txt"), "mine");
    const documents: unknown[] = [];
    const output = {
      ...createOutput({ has: () => true }),
      document: (value: unknown) => documents.push(value),
    };
    expect(await runDemo(folder, 1, output)).toBe(0);
    const report = documents[0] as DemoReport;
    expect(Object.keys(report.wells)).toEqual(["A01", "A02", "A03", "B01", "B02", "B03"]);
    for (const { differencePercent } of Object.values(report.wells)) {
      expect(Math.abs(differencePercent)).toBeLessThanOrEqual(5);
    }
    const rows = decodeCsv(await readFile(join(folder, "results", "tables", "cells.csv")));
    expect(report.total.counted).toBe(rows.length);
    const truth = decodeCsv(await readFile(join(folder, "plate", "truth.csv")));
    expect(report.total.planted).toBe(truth.reduce((sum, { cells }) => sum + Number(cells), 0));
    const overview = decode(await readFile(report.overview));
    expect(overview.channels).toBe(3);
    expect(overview.width).toBeGreaterThan(1000);
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("mine");
    expect((await readdir(folder)).sort()).toEqual([
      "notes.txt",
      "overview.png",
      "plate",
      "platewright-demo.json",
      "results",
    ]);
    const image = decodeTiff(await readFile(join(folder, "plate", listPlateFiles()[0] ?? "")));
    expect({ shape: image.shape, dtype: image.dtype }).toEqual({ shape: [512, 512], dtype: "uint16" });
  });
});

test("the demo tells what to try next, with examples only where there are some", async () => {
  const folder = await makeFolder();
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  onTestFinished(() => void vi.restoreAllMocks());
  const places = { folder, plate: "p", results: "r", overview: "o.png" };
  const total = { planted: 1, counted: 1, differencePercent: 0 };
  const report: DemoReport = { ok: true, tolerancePercent: 5, wells: {}, total, seconds: 1, ...places };
  expect(closingWords(report)).toContain("npx platewright inspect p\n");
  expect(closingWords(report)).not.toContain("examples/");
  await mkdir(join(folder, "examples"));
  await writeFile(join(folder, "examples/count-nuclei.ts"), "");
  expect(closingWords(report)).toContain("npx platewright run examples/count-nuclei.ts p --out my-results\n");
});

describe("the demo's folder", () => {
  test("is refused where it holds anything that no demo made", async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, "thesis.txt"), "mine");
    const refused = await claimFolder(folder, []).catch((error: unknown) => error);
    expect(isPlatewrightError(refused, "exists")).toBe(true);
    expect(String(refused)).toContain("thesis.txt");
    expect(await readdir(folder)).toEqual(["thesis.txt"]);
  });

  test("is refused where a stranger's file lies in the plate", async () => {
    const folder = await makeFolder();
    await claimFolder(folder, listPlateFiles());
    await mkdir(join(folder, "plate", "TimePoint_1"), { recursive: true });
    await writeFile(join(folder, "plate", "TimePoint_1", "A01_s9_w1_z1_t1.tif"), "mine");
    const refused = await claimFolder(folder, listPlateFiles()).catch((error: unknown) => error);
    expect(isPlatewrightError(refused, "exists")).toBe(true);
    expect(String(refused)).toContain("A01_s9_w1_z1_t1.tif");
  });

  test("is refused where it is a file", async () => {
    const file = join(await makeFolder(), "plate");
    await writeFile(file, "mine");
    await expect(claimFolder(file, [])).rejects.toThrow("can't be read as a folder");
  });
});

describe("the planted cells", () => {
  const plant = (seed: number) => plantCells({ cells: 80, size: 512, planes: 3 }, createRandom(seed, 1, 2));

  test("are the same for the same seed", () => {
    expect(plant(7)).toEqual(plant(7));
    expect(plant(8)).not.toEqual(plant(7));
  });

  test("touch each other in a fair share, and those said to touch do", () => {
    const cells = plant(7);
    expect(cells).toHaveLength(80);
    const near = cells.filter((cell) =>
      cells.some((other) => {
        const distance = Math.hypot(cell.y - other.y, cell.x - other.x);
        return other !== cell && distance < cell.radius + other.radius;
      }),
    );
    expect(near.length).toBeGreaterThan(cells.length / 4);
    expect(cells.filter(({ touching }) => touching)).toEqual(near);
  });

  test("lie wholly inside the image", () => {
    for (const { y, x, radius } of plant(9)) {
      expect(Math.min(y, x, demoPlate.size - y, demoPlate.size - x)).toBeGreaterThan(radius);
    }
  });
});

describe("the verdict", () => {
  const field = (well: string, cells: number, counted: number) => ({
    well,
    site: 1,
    cells,
    counted,
    touching: 0,
  });

  test("is bad where one well is off by more than 5 %, though the plate is not", () => {
    const { ok, wells, total } = judge([field("A01", 100, 94), field("A02", 100, 106)], 5);
    expect(ok).toBe(false);
    expect(wells.A01?.differencePercent).toBe(-6);
    expect(total.differencePercent).toBe(0);
  });

  test("is good where every well is off by 5 % at most", () => {
    expect(judge([field("A01", 100, 95), field("A02", 100, 105)], 5).ok).toBe(true);
  });

  test("adds up the sites of a well in the table", () => {
    const lines = tableText(judge([field("A01", 40, 41), field("A01", 60, 60)], 5)).split("\n");
    expect(lines[1]?.split(/\s+/)).toEqual(["A01", "100", "101", "+1.0", "%"]);
  });
});

test("every character of the overview has a picture", () => {
  for (const character of "Platewright demo cells counted of planted (+-0123456789.%) nuclei cytoplasm ABH".replaceAll(
    " ",
    "",
  )) {
    const dots = Array.from({ length: 45 }, (_, i) => isDot(character, Math.floor(i / 5), i % 5));
    expect(dots.includes(true), character).toBe(true);
  }
});
