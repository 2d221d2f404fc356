import { definePipeline, type Pipeline, step } from "@platewright/core";
import { expect, test } from "vitest";
import { columnsWithoutRows } from "../../src/run/output/tables.ts";
import { grid } from "../pipeline/fixtures/backends.ts";
import { measure, project, same } from "../support/functions.ts";
import { createBench, type PlateSpec } from "../support/plate.ts";

const columnsOf = async (spec: PlateSpec, ...steps: Pipeline["steps"]) => {
  const bench = await createBench({ wells: ["A01"], ...spec });
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate);
  const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
  const [path] = [...report.outputs.tables, ...report.outputs.artifacts];
  return bench.disk.files("/results").get(path ?? "") as readonly Record<string, unknown>[];
};

const count = grid({ name: "count", specialOutputs: ["counts"], materialize: { counts: "csv" } }, (stack) => [
  stack,
  { counts: stack.shape[0] },
]);
const list = grid(
  { name: "list", specialOutputs: ["cells"], materialize: { cells: "json" }, unit: "slice" },
  (slice) => [
    slice,
    {
      cells: [
        { label: 1, area: 4 },
        { label: 2, area: 9 },
      ],
    },
  ],
);

test("a row says where it belongs: well, site, channel, and z and time where there are several", async () => {
  expect(Object.keys((await columnsOf({ planes: 2 }, step("a", measure)))[0] ?? {})).toEqual([
    "well",
    "site",
    "channel",
    "z",
    "mean",
  ]);
  expect(Object.keys((await columnsOf({ planes: 1 }, step("a", measure)))[0] ?? {})).toEqual([
    "well",
    "site",
    "channel",
    "mean",
  ]);
  expect(Object.keys((await columnsOf({ planes: 1, timepoints: 2 }, step("a", measure)))[0] ?? {})).toEqual([
    "well",
    "timepoint",
    "site",
    "channel",
    "mean",
  ]);
});

test("what a projection has made one of many is no column", async () => {
  const flat = await columnsOf({ channels: 1 }, step("project", project), step("measure", measure));
  expect(flat).toEqual([{ well: "A01", site: 1, channel: 1, mean: expect.any(Number) }]);
  const merged = await columnsOf(
    {},
    step("merge", project, { variableComponents: ["z", "channel"] }),
    step("measure", measure),
  );
  expect(merged).toEqual([{ well: "A01", site: 1, mean: expect.any(Number) }]);
});

test("in one chain too, what was projected before is no column", async () => {
  const flat = await columnsOf({ channels: 1 }, step("both", [project, measure]));
  expect(flat).toEqual([{ well: "A01", site: 1, channel: 1, mean: expect.any(Number) }]);
});

test("an artifact of a whole stack has the group's columns, a bare value the column value", async () => {
  expect(await columnsOf({ channels: 1 }, step("a", count))).toEqual([
    { well: "A01", site: 1, channel: 1, value: 3 },
  ]);
  expect(await columnsOf({}, step("a", count, { variableComponents: ["channel", "z"] }))).toEqual([
    { well: "A01", site: 1, value: 6 },
  ]);
});

test("a list gives a row for each of its items", async () => {
  expect(await columnsOf({ channels: 1, planes: 2 }, step("a", same), step("b", list))).toEqual([
    { well: "A01", site: 1, channel: 1, z: 1, label: 1, area: 4 },
    { well: "A01", site: 1, channel: 1, z: 1, label: 2, area: 9 },
    { well: "A01", site: 1, channel: 1, z: 2, label: 1, area: 4 },
    { well: "A01", site: 1, channel: 1, z: 2, label: 2, area: 9 },
  ]);
});

test("artifacts and parameters may be named as what every object has", async () => {
  const taken: unknown[] = [];
  const odd = grid(
    {
      name: "odd",
      params: { valueOf: { type: "number", default: 2 } },
      specialOutputs: ["constructor", "toString"],
      materialize: { constructor: "csv" },
    } as never,
    ((stack: unknown, given: Record<string, unknown>) => {
      taken.push(given.valueOf);
      return [stack, { constructor: 5, toString: 6 }];
    }) as never,
  );
  expect(await columnsOf({ channels: 1 }, step("a", odd as never))).toEqual([
    { well: "A01", site: 1, channel: 1, value: 5 },
  ]);
  expect(taken).toEqual([2]);
});

const perSlice = grid(
  { name: "perSlice", specialOutputs: ["cells"], materialize: { cells: "csv" }, unit: "slice" },
  (slice) => [slice, { cells: [{ label: 1 }] }],
);

test.each<readonly [string, PlateSpec, Pipeline["steps"]]>([
  ["one plane", { planes: 1 }, [step("a", measure)]],
  ["several planes", { planes: 2 }, [step("a", perSlice)]],
  ["stacks of planes", { planes: 2 }, [step("a", count)]],
  ["timepoints", { planes: 1, timepoints: 2 }, [step("a", perSlice)]],
  ["projected", { planes: 2 }, [step("p", project), step("a", perSlice)]],
  ["projected in its own chain", { planes: 2 }, [step("a", [project, perSlice])]],
  ["stacks of channels", { planes: 1, channels: 2 }, [step("a", count, { variableComponents: ["channel"] })]],
])("a table without rows has the columns that say where rows would belong: %s", async (_, spec, steps) => {
  const bench = await createBench({ wells: ["A01"], ...spec });
  const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate);
  const giver = plan.steps.find(({ gives }) => gives.length > 0);
  const key = giver?.gives[0]?.key ?? "";
  const [row = {}] = await columnsOf(spec, ...steps);
  const places = Object.keys(row).filter((name) => !["mean", "label", "value"].includes(name));
  expect(giver && columnsWithoutRows(plan, giver, key)).toEqual(places);
});

test.each([
  ["csv", { part: { deep: 1 } }, '"part" of a row is a value of type object.'],
  ["csv", { part: [1] }, '"part" of a row is a list.'],
  ["csv", new Float32Array(2), '"value" of a row is a value of type object.'],
  ["json", { part: 1n }, "Give plain data."],
] as const)(
  "what a %s can't hold fails the well that gave it, and no other",
  async (format, value, sentence) => {
    const bench = await createBench({ wells: ["A01", "A02"] });
    let calls = 0;
    const give = grid(
      { name: "give", specialOutputs: ["parts"], materialize: { parts: format } },
      (stack) => [stack, { parts: calls++ === 0 ? value : { part: 1 } }],
    );
    const plan = await bench.pw.compile(definePipeline({ name: "a", steps: [step("a", give)] }), bench.plate);
    const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
    expect(report.status).toBe("partial");
    expect(report.wells.A02?.status).toBe("complete");
    expect(report.wells.A01?.error?.message).toContain(`Well A01, step "a": "parts" can't be kept as`);
    expect(report.wells.A01?.error?.message).toContain(sentence);
    expect([...report.outputs.tables, ...report.outputs.artifacts]).toHaveLength(1);
  },
);
