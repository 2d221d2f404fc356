import {
  definePipeline,
  explainPlan,
  type Pattern,
  type Step,
  type StepPlan,
  step,
  use,
} from "@platewright/core";
import { expect, test } from "vitest";
import { add, invert, project, same } from "../support/functions.ts";
import { createBench, pixelOf } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

const plus = (amount: number) => use(add, { amount });
const one = (run: unknown, options: object = { groupBy: "channel" }) =>
  definePipeline({ name: "a", steps: [step("one", run as typeof add, options) as Step] });
const chainsOf = async (run: Pattern, options?: object) => {
  const { pw, plate } = await createBench({ channels: 3, sites: 2 });
  const plan = await pw.compile(one(run, options), plate);
  return summary(plan.steps[0]);
};
const summary = (planned: StepPlan | undefined) =>
  Object.fromEntries(
    Object.entries(planned?.chains ?? {}).map(([key, { calls }]) => [
      key,
      calls.map(({ function: { name }, params }) => (name === "add" ? `+${params.amount}` : name)).join(" "),
    ]),
  );

test("a chain in a chain is part of it", async () => {
  expect(await chainsOf([plus(1), [plus(2), [[plus(3)], []], invert], same], {})).toEqual({
    "*": "+1 +2 +3 invert same",
  });
});

test("functions by component may stand within a chain", async () => {
  expect(await chainsOf([plus(1), { 1: plus(2), 2: [invert, plus(3)] }, same])).toEqual({
    1: "+1 +2 same",
    2: "+1 invert +3 same",
  });
  expect(await chainsOf([{ 1: plus(1), 3: [] }, plus(9), { 1: invert, 3: same }])).toEqual({
    1: "+1 +9 invert",
    3: "+9 same",
  });
});

test("and within functions by another component", async () => {
  const options = { groupBy: ["channel", "site"] };
  expect(await chainsOf({ 1: { 1: plus(1), 2: plus(2) }, 3: invert }, options)).toEqual({
    "1/1": "+1",
    "1/2": "+2",
    3: "invert",
  });
  expect(
    await chainsOf(
      [plus(5), { 1: [{ 1: plus(1), 2: [] }, same], 2: invert }, { 1: same, 2: { 1: plus(7) } }],
      options,
    ),
  ).toEqual({ "1/1": "+5 +1 same same", "1/2": "+5 same same", "2/1": "+5 invert +7" });
});

test("each group runs the chain of its values; others are left out", async () => {
  const bench = await createBench({ wells: ["A01"], channels: 3, sites: 2 });
  const pipeline = one([plus(5), { 1: { 1: plus(1), 2: [] }, 3: plus(3) }, project], {
    groupBy: ["channel", "site"],
  });
  const plan = await bench.pw.compile(pipeline, bench.plate);
  await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  const added = { "1/1": 6, "2/1": 5, "1/3": 8, "2/3": 8 };
  const expected = Object.entries(added).map(([group, amount]) => {
    const [site = "", channel = ""] = group.split("/");
    const planes = ["1", "2", "3"].map((z) =>
      Array.from(
        { length: 6 },
        (_, i) => pixelOf({ well: "A01", timepoint: "1", site, channel, z }, i) + amount,
      ),
    );
    const values = planes[0]?.map((_, i) => Math.max(...planes.map((plane) => plane[i] as number)));
    return [`images/one/A01_s00${site}_w${channel}_z001_t001.tif`, ["uint16", [2, 3], values]];
  });
  expect(contentOf(bench.disk, "/results")).toEqual(Object.fromEntries(expected));
  expect(explainPlan(plan)).toContain("channel 1, site 2: add(");
});

test("a function for a value that the outer component has of its own need not say it again", async () => {
  const { pw, plate } = await createBench({ channels: 2, sites: 2 });
  const plan = await pw.compile(one({ 1: add, 2: add }, { groupBy: ["channel", "site"] }), plate);
  expect(Object.keys(plan.steps[0]?.chains ?? {})).toEqual(["1", "2"]);
  expect(plan.templates[0]?.steps[0]?.input.values).toMatchObject({ channel: ["1", "2"], site: ["1", "2"] });
});
