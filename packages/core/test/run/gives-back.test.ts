import {
  definePipeline,
  hostPool,
  type Plan,
  type RunEvent,
  type RunOptions,
  type StorageProvider,
  step,
} from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { same } from "../support/functions.ts";
import { type Bench, createBench } from "../support/plate.ts";
import { createFakeDisk } from "../support/storage.ts";

const runOn = async (bench: Bench, plan: Plan, options: Partial<RunOptions> = {}) =>
  bench.pw.run(plan, { plate: bench.plate, out: "/results", ...options });

test("the folder of results is held for the run, and given back whatever becomes of it", async () => {
  const disk = createFakeDisk("locked");
  const log: string[] = [];
  const provider: StorageProvider = {
    ...disk.provider,
    async open(location, options) {
      return {
        ...(await disk.provider.open(location, options)),
        async lock(name) {
          log.push(`lock ${name}`);
          return async () => {
            log.push(`unlock ${name}`);
          };
        },
      };
    },
  };
  const bench = await createBench({ wells: ["A01"] }, provider);
  const pipeline = definePipeline({ name: "a", steps: [step("a", same)] });
  const plan = await bench.pw.compile(pipeline, bench.plate, { settings: { storage: "locked" } });
  const onEvent = ({ type }: RunEvent) => log.push(type);
  await runOn(bench, plan, { onEvent });
  expect([log[0], log.at(-2), log.at(-1)]).toEqual(["lock run.lock", "run-done", "unlock run.lock"]);
  log.length = 0;
  await expect(runOn(bench, plan, { onEvent })).rejects.toMatchObject({ code: "exists" });
  expect(log).toEqual(["lock run.lock", "unlock run.lock"]);
});

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
  const report = await runOn(bench, plan);
  expect(report.wells.A01?.error?.message).toContain("no cells");
  expect(bench.disk.reads).toHaveLength(2);
  expect(hostPool.idleBytes).toBe(before);
});
