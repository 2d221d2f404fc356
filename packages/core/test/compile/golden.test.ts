import { definePipeline, explainPlan, type Pipeline, step, use } from "@platewright/core";
import { describe, expect, test } from "vitest";
import { shader, tensor } from "../pipeline/fixtures/backends.ts";
import { createShader, createTensor } from "../support/devices.ts";
import { createFakeDevices } from "../support/fake-devices.ts";
import { add, findPeak, fromPeak, invert, measure, project } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";

const sharpen = shader({ name: "sharpen", package: "tests", halo: 2, slicewise: true }, (stack) => stack);
const label = tensor(
  {
    name: "label",
    package: "tests",
    dtype: "int32",
    specialOutputs: ["objects"],
    materialize: { objects: "roi" },
  },
  (stack) => [stack, { objects: [] }],
);

const pipelines: Readonly<Record<string, Pipeline>> = {
  linear: definePipeline({
    name: "linear",
    steps: [
      step("brighten", use(add, { amount: 5 })),
      step("turn", invert, { dtype: "native" }),
      step("project", project),
    ],
  }),
  "by-component": definePipeline({
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
  }),
  branching: definePipeline({
    name: "branching",
    steps: [
      step("project", project, { checkpoint: true, compression: "deflate" }),
      step("sharpen", [add, sharpen], { conversions: "auto" }),
      step("label", label, { wells: "A01" }),
      step(
        "aside",
        { 1: [{ 1: add, 2: [] }, invert] },
        { groupBy: ["channel", "site"], inputSource: "project" },
      ),
      step("raw", invert, { inputSource: "plate", variableComponents: ["channel", "z"] }),
    ],
  }),
};

const compile = async (name: string) => {
  const { pw, plate } = await createBench(
    {
      wells: ["A01", "A02"],
      sites: name === "branching" ? 2 : 1,
      lacks: ({ well, channel, z }) => well === "A02" && channel === "2" && z === "2",
      index: {
        pixelSize: { x: 0.65, y: 0.65, unit: "µm" },
        channelNames: { 1: "DAPI", 2: "GFP" },
      },
    },
    createShader(createFakeDevices(["gpu:0"])).type,
    createTensor().type,
  );
  return pw.compile(pipelines[name] as Pipeline, plate, { out: "/results" });
};

describe.each(Object.keys(pipelines))("%s", (name) => {
  // The plan is a format that outlives the program: what changes here changes for plans that were kept.
  test("a plan is what it was", async () => {
    await expect(`${JSON.stringify(await compile(name), undefined, 2)}\n`).toMatchFileSnapshot(
      `fixtures/${name}.json`,
    );
  });

  test("an explanation is what it was", async () => {
    await expect(explainPlan(await compile(name))).toMatchFileSnapshot(`fixtures/${name}.txt`);
  });
});

test("an explanation is of a well where one is named", async () => {
  const plan = await compile("branching");
  expect(explainPlan(plan, { well: "A02" })).toContain("as in A02");
  expect(explainPlan(plan, { well: "A02" })).toContain("wells    A01: does not run in this one");
  expect(explainPlan(plan, { well: "A02" })).not.toContain("as in A01");
});
