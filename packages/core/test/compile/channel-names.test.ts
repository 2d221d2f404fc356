import { definePipeline, type Plan, step, use } from "@platewright/core";
import { expect, test } from "vitest";
import { add, invert } from "../support/functions.ts";
import { createBench, type PlateSpec } from "../support/plate.ts";

const bright = use(add, { amount: 5 });

const byNumber = definePipeline({
  name: "by channel",
  steps: [step("first", { 1: bright, 2: invert }, { groupBy: "channel" })],
});
const byName = definePipeline({
  name: "by channel",
  steps: [step("first", { DAPI: bright, GFP: invert }, { groupBy: "channel" })],
});

async function plansOn(spec: PlateSpec): Promise<readonly Plan[]> {
  const { pw, plate } = await createBench(spec);
  return [await pw.compile(byNumber, plate), await pw.compile(byName, plate)];
}

const chainsOf = ({ steps }: Plan): readonly (readonly string[])[] =>
  Object.entries(steps[0]?.chains ?? {}).map(([value, { calls }]) => [
    value,
    ...calls.map((call) => call.function.name),
  ]);

test("channels may be given by their names: the plan is the one by their numbers", async () => {
  const [numbers, names] = await plansOn({ channels: 2, index: { channelNames: { 1: "DAPI", 2: "GFP" } } });
  expect(names).toEqual(numbers);
});

test("names follow the plate, whatever its numbers", async () => {
  const [, names] = await plansOn({ channels: 2, index: { channelNames: { 1: "GFP", 2: "DAPI" } } });
  expect(names && chainsOf(names)).toEqual([
    ["1", "invert"],
    ["2", "add"],
  ]);
});

test("a number counts before a name", async () => {
  const { pw, plate } = await createBench({ channels: 2, index: { channelNames: { 1: "2", 2: "1" } } });
  expect(chainsOf(await pw.compile(byNumber, plate))).toEqual([
    ["1", "add"],
    ["2", "invert"],
  ]);
});

test("inside another component too", async () => {
  const { pw, plate } = await createBench({
    channels: 2,
    sites: 1,
    index: { channelNames: { 1: "DAPI", 2: "GFP" } },
  });
  const nested = definePipeline({
    name: "nested",
    steps: [step("first", { 1: { DAPI: bright, GFP: invert } }, { groupBy: ["site", "channel"] })],
  });
  expect(chainsOf(await pw.compile(nested, plate))).toEqual([
    ["1/1", "add"],
    ["1/2", "invert"],
  ]);
});

test("a name that several channels bear is refused as that", async () => {
  const { pw, plate } = await createBench({
    channels: 3,
    index: { channelNames: { 1: "GFP", 2: "DAPI", 3: "DAPI" } },
  });
  await expect(pw.compile(byName, plate)).rejects.toThrow(
    "It has functions for channel DAPI, but channels 2 and 3 bear that name. Give each by its number. Available: 1 (GFP), 2 (DAPI), 3 (DAPI).",
  );
});
