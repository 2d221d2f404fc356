import { definePipeline, explainPlan, step, use } from "@platewright/core";
import { expect, test } from "vitest";
import { add, findPeak, fromPeak, invert, measure, project } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";

const compile = async () => {
  const { pw, plate } = await createBench({
    wells: ["A01", "A02"],
    lacks: ({ well, channel, z }) => well === "A02" && channel === "2" && z === "2",
    index: {
      pixelSize: { x: 0.65, y: 0.65, unit: "µm" },
      channelNames: { 1: "DAPI", 2: "GFP" },
    },
  });
  const pipeline = definePipeline({
    name: "three steps",
    steps: [
      step("find", [use(add, { amount: 2 }), findPeak], { checkpoint: true }),
      step(
        "turn",
        { 1: [fromPeak, invert], 2: fromPeak },
        { groupBy: "channel", dtype: { rescale: [0, 200] } },
      ),
      step("measure", [project, measure]),
    ],
  });
  return pw.compile(pipeline, plate, { out: "/results" });
};

// The plan is a format that outlives the program: what changes here changes for plans that were kept.
test("a plan is what it was", async () => {
  await expect(`${JSON.stringify(await compile(), undefined, 2)}\n`).toMatchFileSnapshot(
    "fixtures/plan.json",
  );
});

test("an explanation is what it was", async () => {
  await expect(explainPlan(await compile())).toMatchFileSnapshot("fixtures/explanation.txt");
});

test("an explanation is of a well where one is named", async () => {
  const plan = await compile();
  expect(explainPlan(plan, { well: "A02" })).toContain("as in A02");
  expect(explainPlan(plan, { well: "A02" })).not.toContain("as in A01");
});
