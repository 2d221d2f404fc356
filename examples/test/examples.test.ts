import { describe, expect, test } from "vitest";
import anyDevice from "../any-device.ts";
import correctBackground from "../correct-background.ts";
import countNuclei from "../count-nuclei.ts";
import measureChannels from "../measure-channels.ts";
import measureInNuclei from "../measure-in-nuclei.ts";
import { makeTinyPlate, planted } from "./tiny-plate.ts";

describe.each([1, 3])("on a plate of %i planes", (planes) => {
  test("count-nuclei counts channel 1 of every well", async () => {
    const plate = await makeTinyPlate(planes);
    const { report, table } = await plate.run(countNuclei);
    expect(report.status).toBe("complete");
    const rows = await table("cells");
    const counts = Object.keys(planted).map((well) => [well, rows.filter((row) => row.well === well).length]);
    expect(Object.fromEntries(counts)).toEqual(planted);
    expect(new Set(rows.map(({ site }) => site))).toEqual(new Set([1]));
    // The pixels of a disc of radius 6, give or take its edge.
    for (const row of rows) expect(Math.abs(Number(row.area_px) - 113)).toBeLessThan(20);
  });

  test("correct-background keeps a projection of every channel", async () => {
    const plate = await makeTinyPlate(planes);
    const { report, image } = await plate.run(correctBackground);
    expect(report.status).toBe("complete");
    expect(report.outputs.images).toBe(4);
    const { shape, dtype, data } = await image("images/project/A02_s001_w1_z001_t001.tif");
    expect({ shape, dtype }).toEqual({ shape: [96, 96], dtype: "uint16" });
    expect(data[16 * 96 + 16]).toBeGreaterThan(60000);
    expect(data[32 * 96 + 32]).toBeLessThan(100);
  });

  test("any-device runs where there is no device", async () => {
    const plate = await makeTinyPlate(planes);
    const { report, table } = await plate.run(anyDevice);
    expect([report.status, report.devices]).toEqual(["complete", []]);
    expect(await table("measurements")).toHaveLength(4);
  });

  test("measure-channels measures every channel as it was taken", async () => {
    const plate = await makeTinyPlate(planes);
    const { report, table } = await plate.run(measureChannels);
    expect(report.status).toBe("complete");
    expect(report.outputs.images).toBe(2);
    const rows = await table("measurements");
    expect(rows.map(({ well, site, channel }) => `${well} ${site} ${channel}`)).toEqual([
      "A01 1 1",
      "A01 1 2",
      "A02 1 1",
      "A02 1 2",
    ]);
    // A quarter of channel 2 is at 1000, the rest at 200.
    expect(rows[1]).toMatchObject({ mean_intensity: 400, min_intensity: 200, max_intensity: 1000 });
  });

  test("measure-in-nuclei measures both channels in each nucleus of channel 1", async () => {
    const plate = await makeTinyPlate(planes);
    const { report, table, image } = await plate.run(measureInNuclei);
    expect(report.status).toBe("complete");
    const rows = await table("nuclei");
    const counts = Object.keys(planted).map((well) => [well, rows.filter((row) => row.well === well).length]);
    expect(Object.fromEntries(counts)).toEqual(planted);
    const labels = await image("images/measure/A02_s001_w1_z001_t001.tif");
    for (const row of rows.filter(({ well }) => well === "A02")) {
      const under = Array.from(labels.data).flatMap((label, at) => (label === row.label ? [at] : []));
      expect(row.area_px).toBe(under.length);
      const mean = (channel: number): number =>
        under.reduce((sum, at) => sum + (plate.pixels("A02", channel)[at] ?? 0), 0) / under.length;
      expect([row.mean_1, row.mean_2]).toEqual([mean(1), mean(2)]);
    }
  });
});
