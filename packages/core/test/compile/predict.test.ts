import { type Component, definePipeline, step } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { add, invert, project, same } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";

const functions = { add, invert, project, same } as const;

const drawnSteps = fc.array(
  fc.record({
    chain: fc.array(fc.constantFrom("add", "invert", "project", "same"), { minLength: 1, maxLength: 3 }),
    variableComponents: fc.subarray<Component>(["z", "channel", "site"]),
    inputSource: fc.constantFrom("plate", "previous"),
    checkpoint: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

test("property: a run never holds more bytes than were predicted, and reads and writes just those", async () => {
  await fc.assert(
    fc.asyncProperty(drawnSteps, async (drawn) => {
      const { pw, plate, disk } = await createBench({ sites: 2, wells: ["A01"] });
      const steps = drawn.map(({ chain, ...options }, i) =>
        step(
          `s${i}`,
          chain.map((name) => functions[name as keyof typeof functions]),
          options,
        ),
      );
      const { predicted, ...plan } = await pw.compile(definePipeline({ name: "a", steps }), plate);
      const report = await pw.run({ ...plan, predicted }, { plate, out: "/results" });
      expect(report.memory.peakHostBytes).toBeLessThanOrEqual(predicted.peakHostBytes ?? 0);
      const imageBytes = 2 * 3 * 2;
      expect(disk.reads.length * imageBytes).toBe(predicted.bytesRead);
      expect(report.outputs.images * imageBytes).toBe(predicted.bytesWritten);
    }),
    { numRuns: 50 },
  );
});
