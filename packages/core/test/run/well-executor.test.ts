import fc from "fast-check";
import { expect, test } from "vitest";
import type { WellOutcome } from "../../src/run/run-well.ts";
import { executeWells } from "../../src/run/well-executor.ts";

const outcome = (well: string, status: WellOutcome["status"] = "complete"): WellOutcome => ({
  well,
  status,
  seconds: 0,
  units: 1,
  images: [],
  tables: {},
  peakDeviceBytes: 0,
  peakHostBytes: 0,
  bytesCopied: 0,
});

test("property: every well runs once, never more at once than there are workers, and outcomes keep the wells' order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 12 }),
      fc.scheduler(),
      async (workers, wells, scheduler) => {
        const ran: string[] = [];
        let now = 0;
        const run = async (well: string) => {
          ran.push(well);
          expect(++now).toBeLessThanOrEqual(workers);
          await scheduler.schedule(Promise.resolve());
          now--;
          return outcome(well);
        };
        const all = executeWells(
          wells,
          { workers, run },
          () => {},
          () => false,
          new AbortController().signal,
        );
        await scheduler.waitFor(all);
        expect((await all).outcomes.map(({ well }) => well)).toEqual(wells);
        expect(ran.sort()).toEqual([...wells].sort());
      },
    ),
    { numRuns: 50 },
  );
});

test("wells that never ran are cancelled", async () => {
  const run = async (well: string) => outcome(well, well === "b" ? "failed" : "complete");
  const all = await executeWells(
    ["a", "b", "c"],
    { workers: 1, run },
    () => {},
    ({ status }) => status === "failed",
    new AbortController().signal,
  );
  expect(all.outcomes.map(({ status }) => status)).toEqual(["complete", "failed", "cancelled"]);
  const none = await executeWells(
    ["a"],
    { workers: 1, run },
    () => {},
    () => false,
    AbortSignal.abort(),
  );
  expect(none.outcomes).toMatchObject([{ well: "a", status: "cancelled", units: 0 }]);
});

test("an executor that breaks leaves what there is, and why it broke", async () => {
  const reason = new Error("no worker could start");
  const run = async (well: string) => {
    if (well === "b") throw reason;
    return outcome(well);
  };
  const all = await executeWells(
    ["a", "b", "c"],
    { workers: 1, run },
    () => {},
    () => false,
    new AbortController().signal,
  );
  expect(all.failure).toEqual({ reason });
  expect(all.outcomes.map(({ status }) => status)).toEqual(["complete", "cancelled", "cancelled"]);
});
