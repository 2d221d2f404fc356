import { definePipeline, type RunEvent, step } from "@platewright/core";
import { expect, test } from "vitest";
import { grid, type NdArray } from "../pipeline/fixtures/backends.ts";
import { createBench } from "../support/plate.ts";

test("a function is only split where its contract says that parts give the same, and never its artifacts", async () => {
  const seen: (readonly number[])[] = [];
  const full = (stack: NdArray): never => {
    seen.push(stack.shape);
    throw new RangeError("Array buffer allocation failed");
  };
  const needsAll = grid({ name: "needsAll" }, (stack) => full(stack));
  const gives = grid({ name: "gives", slicewise: true, halo: 0, specialOutputs: ["found"] }, (stack) =>
    full(stack),
  );
  const { pw, plate } = await createBench({ wells: ["A01", "A02"], channels: 1, planes: 4, shape: [40, 36] });
  for (const run of [needsAll, gives]) {
    const plan = await pw.compile(definePipeline({ name: "a", steps: [step("a", run)] }), plate);
    const rungs = new Set<string>();
    const onEvent = (event: RunEvent) => {
      if (event.type === "memory-recovery") rungs.add(event.rung);
    };
    const { status } = await pw.run(plan, { plate, out: "/results", overwrite: true, onEvent });
    expect([status, ...rungs]).toEqual(["failed", "release-pools"]);
  }
  expect(seen).toEqual(Array.from({ length: 8 }, () => [4, 40, 36]));
});
