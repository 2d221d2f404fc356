import { definePipeline, step } from "@platewright/core";
import { expect, test } from "vitest";
import { same } from "../support/functions.ts";
import { createBench, imageOf, keysOf, pathOf } from "../support/plate.ts";

test("slices that make no stack fail their well with an error that names step and group", async () => {
  const spec = { wells: ["A01"], sites: 2, channels: 2, planes: 1 };
  const { pw, plate, disk } = await createBench(spec);
  for (const key of keysOf(spec).filter(({ site, channel }) => site === "2" && channel === "2"))
    disk.put("/plates/test", pathOf(key), imageOf(key, [5, 4], "uint16"));
  const steps = [step("copy", same), step("join", same, { variableComponents: ["channel"] })];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  const { wells } = await pw.run(plan, { plate, out: "/results" });
  expect(wells.A01?.error).toMatchObject({
    code: "execution",
    message: expect.stringMatching(/^Well A01, step "join", .*site 2.*: Slice 1 has the shape \(5, 4\)/),
  });
});
