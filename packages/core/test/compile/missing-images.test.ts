import { definePipeline, type ImageKey, step } from "@platewright/core";
import { expect, test } from "vitest";
import { add, project } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

const skip = { settings: { missing: "skip" } } as const;
/** Channel 1 lacks one plane of site 2. */
const lacks = ({ site, channel, z }: ImageKey) => site === "2" && channel === "1" && z === "3";
const compile = async (...steps: Parameters<typeof definePipeline>[0]["steps"]) => {
  const bench = await createBench({ wells: ["A01"], sites: 3, lacks });
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate, skip);
  return { ...bench, plan, sets: plan.templates[0]?.steps ?? [] };
};

test("a group that lacks an image is left out", async () => {
  const { sets } = await compile(step("project", project));
  expect(sets[0]?.input.values).toMatchObject({ site: ["1", "2", "3"], channel: ["1", "2"] });
  expect(sets[0]?.output.absent).toMatchObject([{ site: "2", channel: "1" }]);
});

test("and so is a later group that would be made of what is left: no stack is silently thinner", async () => {
  const sites = { variableComponents: ["site"] } as const;
  const { pw, plate, plan, sets, disk } = await compile(
    step("project", project),
    step("join", add, sites),
    step("again", add),
  );
  expect(sets[1]?.input.values.channel).toEqual(["2"]);
  expect(sets[1]?.input.absent).toBeUndefined();
  expect(sets[2]?.input).toEqual(sets[1]?.output);
  await pw.run(plan, { plate, out: "/results" });
  expect(Object.keys(contentOf(disk, "/results"))).toEqual(
    ["1", "2", "3"].map((site) => `images/again/A01_s00${site}_w2_z001_t001.tif`),
  );
});

test("a step that reads the plate takes the groups that are whole there", async () => {
  const { sets } = await compile(
    step("project", project),
    step("planes", add, { variableComponents: [], inputSource: "plate" }),
  );
  expect(sets[1]?.input.absent).toMatchObject([{ site: "2", channel: "1", z: "3" }]);
});

test("a group of which the plate never had more is whole", async () => {
  const bench = await createBench({ wells: ["A01"], sites: 2, lacks, index: { missing: [] } });
  const plan = await bench.pw.compile(
    definePipeline({ name: "a", steps: [step("project", project)] }),
    bench.plate,
    skip,
  );
  expect(plan.templates[0]?.steps[0]?.output.absent).toBeUndefined();
});

test("images that can't be read are named before the run, the first of many, and only those of its wells", async () => {
  const wells = ["A01", "A02", "A03", "A04", "A05"];
  const path = (well: string): string => `${well}.tif`;
  const unreadable = wells
    .slice(1)
    .map((well) => ({ path: path(well), reason: `"${well}.tif" is damaged.` }));
  const images = wells.map((well) => ({
    well,
    site: "1",
    channel: "1",
    z: "1",
    timepoint: "1",
    path: path(well),
  }));
  const pipeline = definePipeline({ name: "a", steps: [step("project", project)] });
  const { pw, plate } = await createBench({ wells, index: { images, unreadable } });
  const messages = async (...chosen: readonly string[]): Promise<readonly string[]> =>
    (await pw.compile(pipeline, plate, { wells: chosen })).warnings.map(({ message }) => message);
  expect(await messages("A01", "A03")).toEqual(['Well A03: "A03.tif" is damaged.']);
  expect(await messages(...wells)).toEqual([
    ...["A02", "A03", "A04"].map((well) => `Well ${well}: "${well}.tif" is damaged.`),
    "Nor can the image that was looked into after these be read.",
  ]);
});
