import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync } from "node:fs";
import { join } from "node:path";
import {
  createDeclarer,
  createHostArray,
  createPlatewright,
  definePipeline,
  type HostArray,
  type Platewright,
  type RunEvent,
  step,
} from "@platewright/core";
import { microscopes } from "@platewright/microscopes";
import { disk } from "@platewright/vfs-disk";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { zarr } from "../src/index.ts";
import { digestsIn } from "./files.ts";
import { imageOf, keysOf } from "./images.ts";
import { checkOmeZarr } from "./ome-zarr-rules.ts";
import { declareIn, openAsPlate, smallPlate, writeWells } from "./plates.ts";
import { closeServer, serve } from "./serve.ts";

afterEach(closeServer);

const host = createDeclarer("host");

function map(stack: HostArray, act: (value: number) => number, dtype = stack.dtype): HostArray {
  const mapped = createHostArray(stack.shape, dtype);
  for (let i = 0; i < stack.data.length; i += 1) mapped.data[i] = act(stack.data[i] as number);
  return mapped;
}

const halve = host({ name: "halve" }, (stack) => map(stack, (value) => value >> 1));
const mark = host({ name: "mark", dtype: "int32", image: "labels" }, (stack) =>
  map(stack, (value) => (value % 3 === 0 ? value + 1 : 0), "int32"),
);

/** Paths below a folder, each with what tells a file that was written anew. */
const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => `${path} ${statSync(join(folder, path)).ino}`)
    .sort();

const platewright = (): Platewright => createPlatewright(disk(), zarr(), ...microscopes());

it("a run that needs 3 of 96 wells fetches their chunks only", async () => {
  const folder = temporaryFolder();
  const wells = Array.from(
    { length: 96 },
    (_, i) => `${"ABCDEFGH"[Math.floor(i / 12)]}${String((i % 12) + 1).padStart(2, "0")}`,
  );
  const store = await declareIn(join(folder, "plate.zarr"), { ...smallPlate, wells, sites: ["1"] });
  await writeWells(store, wells, [40, 30]);
  await store.finish();
  const { address, found } = await serve(folder);
  const pw = platewright();
  const plate = await pw.openPlate(`${address}/plate.zarr`);
  expect(plate.index.wells.length).toBe(96);
  const isChunk = (path: string) => /\/0\/0(\/\d+){5}$/.test(path);
  expect(found.filter(isChunk)).toEqual([]);
  const pipeline = definePipeline({ name: "halve", steps: [step("halve", halve)] });
  const wanted = ["A01", "C07", "H12"];
  const plan = await pw.compile(pipeline, plate, { wells: wanted, settings: { storage: "zarr" } });
  expect(found.filter(isChunk)).toEqual([]);
  const report = await pw.run(plan, { plate, out: join(folder, "out") });
  expect(report).toMatchObject({ status: "complete", outputs: { images: 12 } });
  const chunks = ["A/1", "C/7", "H/12"].flatMap((well) =>
    ["0/0", "0/1", "1/0", "1/1"].map((plane) => `/plate.zarr/${well}/0/0/0/${plane}/0/0`),
  );
  expect(found.filter(isChunk).sort()).toEqual(chunks);
  const results = await openAsPlate(join(folder, "out/plate.zarr"));
  expect(results.index.wells).toEqual(wanted);
});

it.each(["0.4", "0.5"] as const)(
  "labels lie beside the images they were made of (OME-Zarr %s)",
  async (omeZarr) => {
    const folder = temporaryFolder();
    const store = await declareIn(join(folder, "in.zarr"), smallPlate);
    await writeWells(store, ["A01", "B03"], [300, 280]);
    await store.finish();
    const pw = platewright();
    const plate = await pw.openPlate(join(folder, "in.zarr"));
    const pipeline = definePipeline({
      name: "mark",
      steps: [step("halve", halve, { checkpoint: true }), step("mark it", mark)],
    });
    const settings = { storage: "zarr", omeZarr, chunkSize: 200, compression: "zstd" };
    const plan = await pw.compile(pipeline, plate, { settings });
    expect(plan.stores).toMatchObject([
      {
        folder: "plate.zarr",
        declaration: { version: omeZarr, codec: "zstd", chunkSize: 200 },
        labels: [{ name: "mark-it", byChannel: true }],
      },
    ]);
    const out = join(folder, "out");
    expect((await pw.run(plan, { plate, out })).status).toBe("complete");
    expect(checkOmeZarr(join(out, "plate.zarr"), omeZarr)).toMatchObject({ wells: 2, images: 4, labels: 8 });
    const document = omeZarr === "0.4" ? ".zarray" : "zarr.json";
    const array = JSON.parse(readFileSync(join(out, "plate.zarr/A/1/0/0", document), "utf8"));
    expect(array.chunks ?? array.chunk_grid.configuration.chunk_shape).toEqual([1, 1, 1, 200, 200]);

    const results = await pw.openPlate(join(out, "plate.zarr"));
    const storage = await zarr().open(join(out, "plate.zarr"), { readOnly: true });
    for (const { path, plane = [], channel } of results.index.images) {
      const image = await results.backend.readArray?.(path, { plane });
      const labels = path.replace(/0$/, `labels/mark-it-${channel}/0`);
      const [t = 0, , z = 0] = plane;
      const kept = await storage.readArray(labels, { plane: [t, 0, z] });
      const expected = map(image as HostArray, (value) => (value % 3 === 0 ? value + 1 : 0), "int32");
      expect(kept.dtype).toBe("int32");
      expect(kept.data.every((value, i) => value === expected.data[i])).toBe(true);
    }
    expect((await storage.verify()).damages).toEqual([]);

    // What a plan says when it comes back from JSON is what it does.
    const again = join(folder, "again");
    expect((await pw.run(JSON.parse(JSON.stringify(plan)), { plate, out: again })).status).toBe("complete");
    expect(digestsIn(join(again, "plate.zarr"))).toEqual(digestsIn(join(out, "plate.zarr")));
  },
);

it("a run that overwrites another leaves none of its wells in the plate", async () => {
  const folder = temporaryFolder();
  const store = await declareIn(join(folder, "in.zarr"), smallPlate);
  await writeWells(store, ["A01", "B03"], [40, 30]);
  await store.finish();
  const pw = platewright();
  const plate = await pw.openPlate(join(folder, "in.zarr"));
  const out = join(folder, "out");
  const negate = host({ name: "negate" }, (stack) => map(stack, (value) => 60_000 - value));
  for (const [fn, wells] of [
    [halve, ["A01", "B03"]],
    [negate, ["B03"]],
  ] as const) {
    const pipeline = definePipeline({ name: "one step", steps: [step("it", fn)] });
    const plan = await pw.compile(pipeline, plate, { settings: { storage: "zarr" } });
    expect((await pw.run(plan, { plate, out, wells, overwrite: true })).status).toBe("complete");
    expect((await openAsPlate(join(out, "plate.zarr"))).index.wells).toEqual(wells);
  }
});

/** A folder of TIFF images as a microscope leaves them: two wells, two channels, two z planes. */
async function writeFiles(folder: string): Promise<void> {
  const storage = await disk().open(folder);
  for (const key of keysOf({ ...smallPlate, wells: ["A01", "B03"] })) {
    const name = `${key.well}_s${key.site}_w${key.channel}_z${key.z}_t1.TIF`;
    await storage.writeArray?.(name, imageOf(key, [60, 50]));
  }
}

describe("a run that converts its input", () => {
  const pipeline = definePipeline({ name: "halve", steps: [step("halve", halve)] });
  const settings = { convertInput: true, compression: "none" };

  it("reads it from a plate beside its results, with equal results, and reads that again later", async () => {
    const folder = temporaryFolder();
    await writeFiles(join(folder, "plate"));
    const pw = platewright();
    const plate = await pw.openPlate(join(folder, "plate"));
    const [plain, out] = [join(folder, "plain"), join(folder, "out")];
    await pw.run(await pw.compile(pipeline, plate), { plate, out: plain });
    const plan = await pw.compile(pipeline, plate, { settings });
    expect(plan.input).toMatchObject({
      storage: "zarr",
      folder: "input.zarr",
      declaration: { codec: "none" },
    });
    expect((await pw.run(plan, { plate, out, wells: ["B03"] })).status).toBe("complete");
    const input = await openAsPlate(join(out, "input.zarr"));
    expect(input.index.wells).toEqual(["B03"]);
    expect(checkOmeZarr(join(out, "input.zarr"), "0.4")).toMatchObject({ wells: 1, images: 2 });

    // What was converted is read again, what was not is converted.
    const before = filesOf(join(out, "input.zarr/B"));
    expect((await pw.run(plan, { plate, out, overwrite: true })).status).toBe("complete");
    expect(digestsIn(join(out, "images"))).toEqual(digestsIn(join(plain, "images")));
    expect((await openAsPlate(join(out, "input.zarr"))).index.wells).toEqual(["A01", "B03"]);
    expect(filesOf(join(out, "input.zarr/B"))).toEqual(before);
  });

  it("converts anew the wells whose files have changed since, and says so", async () => {
    const folder = temporaryFolder();
    const files = join(folder, "plate");
    await writeFiles(files);
    const pw = platewright();
    const plate = await pw.openPlate(files);
    const [plain, out] = [join(folder, "plain"), join(folder, "out")];
    const plan = await pw.compile(pipeline, plate, { settings });
    await pw.run(plan, { plate, out });
    const untouched = filesOf(join(out, "input.zarr/A"));
    const name = "B03_s1_w1_z1_t1.TIF";
    const other = createHostArray([60, 50], "uint16");
    other.data.fill(77);
    await (await disk().open(files)).writeArray?.(name, other, { overwrite: true });
    utimesSync(join(files, name), 1, 2_000_000_000);

    const told: string[] = [];
    const onEvent = (event: RunEvent): void => {
      if (event.type === "input-changed") told.push(event.well);
    };
    expect((await pw.run(plan, { plate, out, overwrite: true, onEvent })).status).toBe("complete");
    expect(told).toEqual(["B03"]);
    expect(filesOf(join(out, "input.zarr/A"))).toEqual(untouched);
    await pw.run(await pw.compile(pipeline, plate), { plate, out: plain });
    expect(digestsIn(join(out, "images"))).toEqual(digestsIn(join(plain, "images")));
    expect(checkOmeZarr(join(out, "input.zarr"), "0.4")).toMatchObject({ wells: 2 });
  });

  it("names the file that is unlike the others of its site", async () => {
    const folder = temporaryFolder();
    const files = join(folder, "plate");
    await writeFiles(files);
    const wide = createHostArray([60, 51], "uint16");
    await (await disk().open(files)).writeArray?.("B03_s1_w1_z2_t1.TIF", wide, { overwrite: true });
    const pw = platewright();
    const plate = await pw.openPlate(files);
    const { wells } = await pw.run(await pw.compile(pipeline, plate, { settings }), {
      plate,
      out: join(folder, "out"),
    });
    expect(wells.A01?.status).toBe("complete");
    expect(wells.B03?.error?.message).toContain(
      '"B03_s1_w1_z2_t1.TIF" can\'t be converted with the other images of site 1: An image for field "0" is uint16 of shape (60, 51)',
    );
  });

  /** Two plates of equal images, of which the first one was run into `out`. */
  async function runOneOfTwo() {
    const folder = temporaryFolder();
    const out = join(folder, "out");
    const pw = platewright();
    for (const name of ["one", "two"]) await writeFiles(join(folder, name));
    const [one, two] = [await pw.openPlate(join(folder, "one")), await pw.openPlate(join(folder, "two"))];
    await pw.run(await pw.compile(pipeline, one, { settings }), { plate: one, out });
    return { pw, out, two };
  }

  it("does not take the images of another plate for its own", async () => {
    const { pw, out, two } = await runOneOfTwo();
    const other = await pw.compile(pipeline, two, { settings });
    rmSync(join(out, "images"), { recursive: true });
    rmSync(join(out, "run.json"));
    await expect(pw.run(other, { plate: two, out })).rejects.toMatchObject({ code: "exists" });
    expect((await pw.run(other, { plate: two, out, overwrite: true })).status).toBe("complete");
  });

  it("leaves the converted images of another plan alone where it is refused", async () => {
    const { pw, out, two } = await runOneOfTwo();
    const before = digestsIn(join(out, "input.zarr"));
    const another = definePipeline({ name: "mark", steps: [step("mark", mark)] });
    const other = await pw.compile(another, two, { settings });
    for (const resume of [true, false])
      await expect(pw.run(other, { plate: two, out, resume })).rejects.toMatchObject({ code: "exists" });
    expect(digestsIn(join(out, "input.zarr"))).toEqual(before);
  });

  it("begins no plate for its input where other results are in the way", async () => {
    const folder = temporaryFolder();
    const out = join(folder, "out");
    await writeFiles(join(folder, "plate"));
    const pw = platewright();
    const plate = await pw.openPlate(join(folder, "plate"));
    await pw.run(await pw.compile(pipeline, plate), { plate, out });
    const plan = await pw.compile(pipeline, plate, { settings });
    await expect(pw.run(plan, { plate, out })).rejects.toMatchObject({ code: "exists" });
    expect(existsSync(join(out, "input.zarr"))).toBe(false);
  });

  it("fails the well whose images can't be read, and keeps nothing of it", async () => {
    const folder = temporaryFolder();
    await writeFiles(join(folder, "plate"));
    truncateSync(join(folder, "plate/A01_s1_w2_z1_t1.TIF"), 1000);
    const pw = platewright();
    const plate = await pw.openPlate(join(folder, "plate"));
    const plan = await pw.compile(pipeline, plate, { settings });
    const out = join(folder, "out");
    const report = await pw.run(plan, { plate, out });
    expect(report.status).toBe("partial");
    expect(report.wells.A01?.error?.message).toContain("A01_s1_w2_z1_t1.TIF");
    expect((await openAsPlate(join(out, "input.zarr"))).index.wells).toEqual(["B03"]);
  });

  it("reads a plate of arrays as it is", async () => {
    const folder = temporaryFolder();
    const store = await declareIn(join(folder, "in.zarr"), smallPlate);
    await writeWells(store, ["A01"], [40, 30]);
    await store.finish();
    const pw = platewright();
    const plate = await pw.openPlate(join(folder, "in.zarr"));
    expect(await pw.compile(pipeline, plate, { settings })).not.toHaveProperty("input");
  });
});

it("a plate of float16 of Python's becomes, step by step, files and a Zarr plate of float16 that Python reads", async () => {
  const folder = temporaryFolder();
  const write = `
import os, sys, numpy, tifffile
pixels = numpy.arange(2 * 200 * 150, dtype="u2").reshape(2, 200, 150)
pixels[(pixels & 0x7c00) == 0x7c00] &= 0x83ff
for z in (0, 1):
    os.makedirs(f"{sys.argv[1]}/in/TimePoint_1/ZStep_{z + 1}")
    tifffile.imwrite(f"{sys.argv[1]}/in/TimePoint_1/ZStep_{z + 1}/made_A01_s1_w1.TIF", pixels[z].view("f2"))`;
  runPython(write, [folder]);
  const pw = platewright();
  const plate = await pw.openPlate(join(folder, "in"));
  expect(plate.index.dtype).toBe("float16");
  const third = host({ name: "third" }, (stack) => map(stack, (value) => value / 3, "float64"));
  const pipeline = definePipeline({ name: "third", steps: [step("third", third)] });
  for (const storage of ["disk", "zarr"]) {
    const plan = await pw.compile(pipeline, plate, { settings: { storage } });
    const report = await pw.run(plan, { plate, out: join(folder, storage) });
    expect(report).toMatchObject({ status: "complete", outputs: { images: 2 } });
  }
  const results = await pw.openPlate(join(folder, "zarr/plate.zarr"));
  expect(results.index.dtype).toBe("float16");
  const read = `
import sys, glob, numpy, tifffile, zarr
folder = sys.argv[1]
array = zarr.open(folder + "/zarr/plate.zarr", "r")["A/1/0/0"]
assert array.dtype == "<f2", array.dtype
for z in (0, 1):
    given = tifffile.imread(f"{folder}/in/TimePoint_1/ZStep_{z + 1}/made_A01_s1_w1.TIF")
    expected = (given.astype("f8") / 3).astype("f2")
    [path] = glob.glob(f"{folder}/disk/**/*z00{z + 1}*.tif", recursive=True)
    file = tifffile.imread(path)
    assert file.dtype == "f2" and (file == expected).all(), (path, file.dtype)
    assert (array[0, 0, z] == expected).all(), z
print("equal")`;
  expect(runPython(read, [folder])).toBe("equal\n");
});

it("arrays that are kept of a well go with it when it fails", async () => {
  const folder = temporaryFolder();
  const store = await declareIn(join(folder, "in.zarr"), smallPlate);
  await writeWells(store, smallPlate.wells, [30, 40]);
  await store.finish();
  const pw = platewright();
  const plate = await pw.openPlate(join(folder, "in.zarr"));
  const keep = host({ name: "keep", specialOutputs: ["map"], materialize: { map: "tiff" } }, (stack) => [
    stack,
    { map: map(stack, (value) => value) },
  ]);
  const [first] = smallPlate.wells;
  let failing = true;
  const fail = host({ name: "fail" }, (stack) => {
    if (failing) throw new Error("no cells");
    return stack;
  });
  const steps = [step("keep", keep), step("fail", fail, { wells: first as string })];
  const pipeline = definePipeline({ name: "kept arrays", steps });
  const out = join(folder, "out");
  const plan = await pw.compile(pipeline, plate, { settings: { storage: "zarr" } });
  const report = await pw.run(plan, { plate, out });
  expect(report.wells[first as string]?.error).toMatchObject({ causes: ["no cells"] });
  const kept = () => new Set(readdirSync(join(out, "artifacts/map")).map((name) => name.split("_")[0]));
  expect([...kept()]).toEqual(smallPlate.wells.slice(1));
  failing = false;
  expect((await pw.run(plan, { plate, out, resume: true })).status).toBe("complete");
  expect([...kept()]).toEqual(smallPlate.wells);
});
