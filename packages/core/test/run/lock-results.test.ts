import { definePipeline, type RunEvent, type StorageProvider, step } from "@platewright/core";
import { expect, test } from "vitest";
import { same } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";
import { createFakeDisk } from "../support/storage.ts";

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
  await bench.pw.run(plan, { plate: bench.plate, out: "/results", onEvent });
  expect([log[0], log.at(-2), log.at(-1)]).toEqual(["lock run.lock", "run-done", "unlock run.lock"]);
  log.length = 0;
  await expect(bench.pw.run(plan, { plate: bench.plate, out: "/results", onEvent })).rejects.toMatchObject({
    code: "exists",
  });
  expect(log).toEqual(["lock run.lock", "unlock run.lock"]);
});
