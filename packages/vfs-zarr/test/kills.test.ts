import { describe, expect, it } from "vitest";
import { bundleChild, startShell } from "../../../test/support/child.ts";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runOnSmallDisk, testOnSmallDisk } from "../../../test/support/small-disk.ts";
import { digestsIn, filesIn } from "./files.ts";
import { compareImages, declareIn, joinIn, openAsPlate, smallPlate, writeWells } from "./plates.ts";

// Set it to 200 for a thorough look.
const kills = Number(process.env.PLATEWRIGHT_KILLS ?? 30);
const wells = ["A01", "A02", "B01", "B02"];
const declaration = { ...smallPlate, wells, sites: ["1"] };
const shape = [90, 70] as const;

describe("a plate", () => {
  it("that was killed while it was written is whole or absent, and the same to the byte once it is written again", async () => {
    const child = await bundleChild(new URL("./children/write-plate.ts", import.meta.url));
    const reference = temporaryFolder();
    const whole = await declareIn(reference, declaration);
    await writeWells(whole, wells, shape);
    await whole.finish();
    const expected = filesIn(reference);
    const folder = temporaryFolder();
    /** Lets a process write the plate, and kills it after so many milliseconds; answers how long it wrote. */
    const writeFor = async (milliseconds: number): Promise<number> => {
      await declareIn(folder, declaration, true);
      const { process: running } = startShell(
        `exec "${process.execPath}" "${child}" "${folder}" finish ${wells.join(" ")}`,
      );
      const ended = new Promise((resolve) => running.once("close", resolve));
      await new Promise<void>((resolve) => running.stdout?.once("data", () => resolve()));
      const begun = performance.now();
      const timer = setTimeout(() => running.kill("SIGKILL"), milliseconds);
      await ended;
      clearTimeout(timer);
      return performance.now() - begun;
    };
    const unhurried = Math.min(await writeFor(60_000), await writeFor(60_000));
    let [absent, partly, complete] = [0, 0, 0];
    for (let round = 0; round < kills; round += 1) {
      await writeFor(Math.random() * unhurried);
      const found = filesIn(folder);
      if (found.has(".zattrs") && found.has(".zgroup")) {
        complete += 1;
        expect(await compareImages(await openAsPlate(folder), shape)).toBe(16);
      } else {
        absent += 1;
        await expect(openAsPlate(folder)).rejects.toMatchObject({ code: "plate" });
        const listed = await (await joinIn(folder)).finish();
        if (listed.length > 0 && listed.length < wells.length) partly += 1;
        if (listed.length > 0) {
          const plate = await openAsPlate(folder);
          expect(plate.index.wells.length).toBe(listed.length);
          expect(await compareImages(plate, shape)).toBe(4 * listed.length);
        }
      }
      const again = await declareIn(folder, declaration, true);
      await writeWells(again, wells, shape);
      await again.finish();
      expect(filesIn(folder)).toEqual(expected);
    }
    // Were none killed on the way, this would show nothing.
    expect(absent).toBeGreaterThan(0);
    expect(absent + complete).toBe(kills);
    expect(partly).toBeGreaterThan(0);
  }, 600_000);

  it("that eight processes write at once loses nothing", async () => {
    const child = await bundleChild(new URL("./children/write-plate.ts", import.meta.url));
    const many = { ...declaration, wells: ["A01", "A02", "A03", "A04", "B01", "B02", "C01", "D12"] };
    const [alone, together] = [temporaryFolder(), temporaryFolder()];
    const single = await declareIn(alone, many);
    await writeWells(single, many.wells, shape);
    await single.finish();
    await declareIn(together, many);
    const outputs = await Promise.all(
      many.wells.map(
        (well) => startShell(`"${process.execPath}" "${child}" "${together}" finish ${well}`).output,
      ),
    );
    expect(outputs).toEqual(many.wells.map(() => "begins\ndone\n"));
    expect(digestsIn(together)).toEqual(digestsIn(alone));
  }, 60_000);

  testOnSmallDisk(
    "for which the disk has no room says so, and what was there stays whole",
    async (isolate) => {
      const folder = temporaryFolder();
      const child = await bundleChild(new URL("./children/fill-disk.ts", import.meta.url));
      const output = await runOnSmallDisk(isolate, child, folder);
      const line =
        output.split("\n").find((each) => each.startsWith("{")) ?? `{"printed":${JSON.stringify(output)}}`;
      expect(JSON.parse(line)).toEqual({
        code: "storage",
        message: expect.stringMatching(
          /^No room on the disk for B\/1\/0\/0\/.* Free space, then run again\.$/,
        ),
        wells: ["A/1"],
        images: 4,
      });
    },
    60_000,
  );
});
