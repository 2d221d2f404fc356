import { definePipeline, hostPool, step } from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { createBench } from "../support/plate.ts";

test("a stack that was read ahead for a unit that never ran gives its memory back, once it is read", async () => {
  const shape = [130, 170] as const;
  const bench = await createBench({ wells: ["A01"], sites: 2, channels: 1, planes: 1, shape });
  const fail = grid({ name: "fail" }, () => {
    throw new Error("no cells");
  });
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps: [step("a", fail)] }), bench.plate);
  bench.disk.trouble = async (what, path) => {
    if (what === "read" && path.includes("s002")) await new Promise(setImmediate);
  };
  const stacks = [1, 2].map(() => hostPool.allocate([1, ...shape], "uint16").data);
  for (const stack of stacks) hostPool.release(stack);
  const before = hostPool.idleBytes;
  const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  expect(report.wells.A01?.error?.message).toContain("no cells");
  expect(bench.disk.reads).toHaveLength(2);
  expect(hostPool.idleBytes).toBe(before);
});
