import { definePipeline, type Plan, type RunEvent, type RunOptions, step } from "@platewright/core";
import { describe, expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { add, measure, project } from "../support/functions.ts";
import { mapGrid } from "../support/grid.ts";
import { type Bench, createBench, imageOf, pathOf } from "../support/plate.ts";
import { contentOf, type FakeDisk } from "../support/storage.ts";

const runOn = async (bench: Bench, plan: Plan, options: Partial<RunOptions> = {}) =>
  bench.pw.run(plan, { plate: bench.plate, out: "/results", ...options });
const imagePaths = ({ disk }: Bench) =>
  [...disk.files("/results").keys()].filter((path) => path.startsWith("images/"));
const trouble = ({ disk }: Bench, cause: FakeDisk["trouble"]): void => {
  disk.trouble = cause;
};

describe("a well that fails", () => {
  const picky = grid({ name: "picky" }, (stack) => {
    if (
      stack.values[0] ===
      imageOf({ well: "A02", site: "1", channel: "2", z: "1", timepoint: "1" }, [2, 3], "uint16").data[0]
    ) {
      throw new Error("I do not like this one");
    }
    return mapGrid(stack, (value) => value);
  });
  const wells = ["A01", "A02", "A03"];
  const pipeline = definePipeline({
    name: "a",
    steps: [step("keep", measure, { checkpoint: true }), step("pick", picky)],
  });

  test("leaves the others as they are, and is told by well, step, function, group and cause", async () => {
    const bench = await createBench({ wells });
    const events: RunEvent[] = [];
    const report = await runOn(bench, await bench.pw.compile(pipeline, bench.plate), {
      onEvent: (event) => events.push(event),
    });
    expect(report.status).toBe("partial");
    expect(Object.values(report.wells).map(({ status }) => status)).toEqual([
      "complete",
      "failed",
      "complete",
    ]);
    const error = {
      code: "execution",
      message:
        'Well A02, step "pick", function picky, timepoint 1, site 1, channel 2: I do not like this one',
      causes: ["I do not like this one"],
    };
    expect(report.wells.A02?.error).toMatchObject(error);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "well-failed", well: "A02", error: expect.objectContaining(error) }),
    );
    expect(events.some(({ type }) => type === "memory-leak")).toBe(false);
  });

  test("takes back its images and gives no rows", async () => {
    const bench = await createBench({ wells });
    await runOn(bench, await bench.pw.compile(pipeline, bench.plate));
    expect(bench.disk.writes.some((path) => path.includes("A02_"))).toBe(true);
    expect(imagePaths(bench).filter((path) => path.includes("A02"))).toEqual([]);
    expect(imagePaths(bench)).toHaveLength(24);
    const rows = contentOf(bench.disk, "/results")["tables/means.csv"] as { well: string }[];
    expect(new Set(rows.map(({ well }) => well))).toEqual(new Set(["A01", "A03"]));
  });

  test("ends the run where that is asked for", async () => {
    const bench = await createBench({ wells });
    const report = await runOn(bench, await bench.pw.compile(pipeline, bench.plate), { failFast: true });
    expect(Object.values(report.wells).map(({ status }) => status)).toEqual([
      "complete",
      "failed",
      "cancelled",
    ]);
    expect(bench.disk.reads.some((path) => path.includes("A03"))).toBe(false);
  });

  test.each([
    [
      "a missing file",
      (bench: Bench) => void (bench.disk.files("/plates/test") as Map<string, unknown>).delete(pathOf(odd)),
      "There is no file",
    ],
    [
      "another shape",
      (bench: Bench) => bench.disk.put("/plates/test", pathOf(odd), imageOf(odd, [3, 3], "uint16")),
      "has the shape (3, 3), but",
    ],
    [
      "another dtype",
      (bench: Bench) => bench.disk.put("/plates/test", pathOf(odd), imageOf(odd, [2, 3], "uint8")),
      "of the same stack is uint16",
    ],
    [
      "several planes in one file",
      (bench: Bench) =>
        bench.disk.put("/plates/test", pathOf(odd), { ...imageOf(odd, [2, 3], "uint16"), shape: [1, 2, 3] }),
      "one [Y, X] plane was expected",
    ],
    [
      "a disk that fails",
      (bench: Bench) =>
        trouble(bench, (_, path) => {
          if (path === pathOf(odd)) throw new Error("bad sector");
        }),
      "bad sector",
    ],
    [
      "a disk that is full",
      (bench: Bench) =>
        trouble(bench, (what, path) => {
          if (what === "write" && path.includes("A02")) throw new Error("disk full");
        }),
      "disk full",
    ],
  ])("fails alone by %s", async (_, spoil, says) => {
    const bench = await createBench({ wells });
    const plan = await bench.pw.compile(definePipeline({ name: "a", steps: [step("a", add)] }), bench.plate);
    spoil(bench);
    const report = await runOn(bench, plan);
    expect(Object.values(report.wells).map(({ status }) => status)).toEqual([
      "complete",
      "failed",
      "complete",
    ]);
    expect(report.wells.A02?.error?.message).toContain(says);
    expect(imagePaths(bench).filter((path) => path.includes("A02"))).toEqual([]);
  });
});

const odd = { well: "A02", site: "1", channel: "2", z: "2", timepoint: "1" };

test("a well that lacks images fails, or its group is left out", async () => {
  const bench = await createBench({ lacks: (key) => pathOf(key) === pathOf(odd) });
  const pipeline = definePipeline({ name: "a", steps: [step("a", project)] });
  const strict = await runOn(bench, await bench.pw.compile(pipeline, bench.plate));
  expect(strict.wells.A02?.error?.message).toBe(
    'Well A02 lacks site 1 channel 2 z 2 timepoint 1. Set missing: "skip" to leave out the groups concerned.',
  );
  const skipping = await bench.pw.compile(pipeline, bench.plate, { settings: { missing: "skip" } });
  await expect(runOn(bench, skipping, { out: "/skip" })).resolves.toMatchObject({
    status: "complete",
    outputs: { images: 3 },
  });
});

test("a run that is cancelled stops, keeps whole wells and takes back the one at work", async () => {
  const bench = await createBench({ wells: ["A01", "A02", "A03"] });
  const controller = new AbortController();
  const onEvent = (event: RunEvent): void => {
    if (event.type === "unit-done" && event.well === "A02") controller.abort(new Error("enough"));
  };
  const plan = await bench.pw.compile(
    definePipeline({ name: "b", steps: [step("a", add), step("b", project)] }),
    bench.plate,
  );
  const report = await runOn(bench, plan, { signal: controller.signal, onEvent });
  expect([report.status, report.cancelled]).toEqual(["partial", true]);
  expect(Object.values(report.wells).map(({ status }) => status)).toEqual([
    "complete",
    "cancelled",
    "cancelled",
  ]);
  expect(imagePaths(bench).every((path) => path.includes("A01"))).toBe(true);
});

test("a function that heeds the signal is cancelled, not failed", async () => {
  const bench = await createBench({ wells: ["A01"] });
  const controller = new AbortController();
  const patient = grid({ name: "patient" }, (stack, _: {}, { signal }) => {
    controller.abort();
    signal.throwIfAborted();
    return stack;
  });
  const plan = await bench.pw.compile(
    definePipeline({ name: "a", steps: [step("a", patient)] }),
    bench.plate,
  );
  expect((await runOn(bench, plan, { signal: controller.signal })).wells.A01?.status).toBe("cancelled");
});
