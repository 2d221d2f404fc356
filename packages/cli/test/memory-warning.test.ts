import type { Plan } from "@platewright/core";
import { expect, test } from "vitest";
import { memoryWarning } from "../src/plan/memory-warning.ts";

const planOf = (workers: number, peakHostBytes: number | undefined, wells = 8): Plan =>
  ({
    settings: { workers },
    predicted: { peakHostBytes },
    wells: Object.fromEntries(Array.from({ length: wells }, (_, i) => [`A0${i + 1}`, {}])),
  }) as unknown as Plan;

test("workers that together need more memory than there is are told how many fit", () => {
  expect(memoryWarning(planOf(4, 2e9), 5e9)).toBe(
    "The arrays and working memory may need 8.00 GB (4 workers of 2.00 GB), and there is memory of 5.00 GB. Give at most --workers 2.",
  );
});

test("a well that needs more than there is sends to the memory limit", () => {
  expect(memoryWarning(planOf(1, 6e9), 5e9)).toContain("With --memory-limit 5000000000 the compiler names");
});

test("nothing is said where all fits, nothing is known, or there are fewer wells than workers", () => {
  expect(memoryWarning(planOf(2, 2e9), 4e9)).toBeUndefined();
  expect(memoryWarning(planOf(64, undefined), 1)).toBeUndefined();
  expect(memoryWarning(planOf(64, 2e9, 2), 4e9)).toBeUndefined();
});

test("an ordinary plan fits this machine", () => {
  expect(memoryWarning(planOf(1, 2 ** 20))).toBeUndefined();
  expect(memoryWarning(planOf(1, 2 ** 60))).toBeDefined();
});
