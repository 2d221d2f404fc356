import {
  createPlatewright,
  type Declared,
  defineContract,
  definePipeline,
  family,
  functionText,
  type Plan,
  type StepPlan,
  step,
  use,
} from "@platewright/core";
import { describe, expect, test } from "vitest";
import { grid, shader, tensor } from "../pipeline/fixtures/backends.ts";
import { createShader, createTensor } from "../support/devices.ts";
import { createFakeDevices } from "../support/fake-devices.ts";
import { add, findPeak, fromPeak, invert, measure, project, same } from "../support/functions.ts";
import { gridBackend } from "../support/grid.ts";
import { createBench, putPlate } from "../support/plate.ts";
import { createFakeDisk } from "../support/storage.ts";

const three = definePipeline({
  name: "three",
  steps: [step("brighten", use(add, { amount: 5 })), step("turn", invert), step("project", project)],
});

const sourcesOf = ({ steps }: Plan) => steps.map(({ source }) => source);
const hashesOf = ({ steps }: Plan) => steps.map(({ hash }) => hash);
const callsOf = (chosen: StepPlan | undefined) =>
  Object.values(chosen?.chains ?? {}).flatMap(({ calls }) => calls);

test("three steps read the disk once and write it once, what lies between stays in memory", async () => {
  const { pw, plate } = await createBench();
  const plan = await pw.compile(three, plate);
  expect(plan.steps.map(({ readBackend }) => readBackend)).toEqual(["disk", "memory", "memory"]);
  expect(plan.steps.map(({ writeBackend }) => writeBackend)).toEqual(["memory", "memory", "disk"]);
  expect(plan.steps.map(({ output }) => output?.folder)).toEqual([undefined, undefined, "images/project"]);
  expect(sourcesOf(plan)).toEqual(["plate", 0, 1]);
});

test("a compile reads no pixel, writes nothing and leaves the pipeline as it was", async () => {
  const { pw, plate, disk } = await createBench();
  const before = JSON.stringify(three);
  await pw.compile(three, plate, { out: "/results" });
  expect([disk.reads, disk.writes, disk.files("/results").size]).toEqual([[], [], 0]);
  expect(JSON.stringify(three)).toBe(before);
});

test("a plan is plain data, frozen to its depths", async () => {
  const { pw, plate } = await createBench();
  const plan = await pw.compile(three, plate);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    expect(Object.isFrozen(value)).toBe(true);
    for (const part of Object.values(value)) visit(part);
  };
  visit(plan);
  expect(() => Object.assign(callsOf(plan.steps[0])[0]?.params ?? {}, { amount: 9 })).toThrow(TypeError);
});

test("the same pipeline and plate make the same plan", async () => {
  const [one, other] = [await createBench(), await createBench()];
  const plan = await one.pw.compile(three, one.plate);
  expect(await one.pw.compile(three, one.plate)).toEqual(plan);
  expect(await other.pw.compile(three, other.plate)).toEqual(plan);
});

test("a changed parameter changes the hash of its step and of those that read it, and no other", async () => {
  const { pw, plate } = await createBench();
  const steps = (amount: number) => [
    step("first", add),
    step("second", use(add, { amount })),
    step("third", invert),
    step("aside", project, { inputSource: "first" }),
  ];
  const compile = (amount: number) => pw.compile(definePipeline({ name: "a", steps: steps(amount) }), plate);
  const [before, after] = [await compile(2), await compile(3)];
  const changed = hashesOf(after).map((hash, i) => hash !== hashesOf(before)[i]);
  expect(changed).toEqual([false, true, true, false]);
  expect(after.hash).not.toBe(before.hash);
});

test("an artifact's giver is part of the hash of those who take it", async () => {
  const { pw, plate } = await createBench();
  const compile = (amount: number) =>
    pw.compile(
      definePipeline({
        name: "a",
        steps: [
          step("find", [use(add, { amount }), findPeak]),
          step("take", fromPeak, { inputSource: "plate" }),
        ],
      }),
      plate,
    );
  const [before, after] = [await compile(2), await compile(3)];
  expect(before.steps[1]?.hash).not.toBe(after.steps[1]?.hash);
  expect(before.steps[1]?.needs).toEqual([{ key: "peak", step: 0 }]);
});

test("which wells are taken changes the plan's hash, but no step's", async () => {
  const { pw, plate } = await createBench({ wells: ["A01", "A02", "B01"] });
  const all = await pw.compile(three, plate);
  const some = await pw.compile(three, plate, { wells: ["row:A"], excludeWells: ["A02"] });
  expect(Object.keys(some.wells)).toEqual(["A01"]);
  expect(hashesOf(some)).toEqual(hashesOf(all));
  expect(some.hash).not.toBe(all.hash);
});

test("a changed plate changes every hash", async () => {
  const [one, other] = [await createBench({ planes: 3 }), await createBench({ planes: 4 })];
  const [a, b] = [await one.pw.compile(three, one.plate), await other.pw.compile(three, other.plate)];
  for (const [i, hash] of hashesOf(a).entries()) expect(hash).not.toBe(hashesOf(b)[i]);
});

describe("what a step reads", () => {
  test("is the step before it, the plate, or a step by name", async () => {
    const { pw, plate } = await createBench();
    const steps = [
      step("a", add),
      step("b", add),
      step("c", add, { inputSource: "plate" }),
      step("d", add, { inputSource: "a" }),
      step("e", add, { inputSource: "previous" }),
    ];
    const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
    expect(sourcesOf(plan)).toEqual(["plate", 0, "plate", 0, 3]);
    expect(plan.steps[2]?.readBackend).toBe("disk");
  });

  test("is the plate after a function that breaks the chain", async () => {
    const { pw, plate } = await createBench();
    const breaker = grid({ name: "breaker", chainBreaker: true }, (stack) => stack);
    const steps = [step("a", [breaker, add]), step("b", add), step("c", add)];
    expect(sourcesOf(await pw.compile(definePipeline({ name: "a", steps }), plate))).toEqual([
      "plate",
      "plate",
      1,
    ]);
  });
});

test("a disabled step or function is absent; where all are, the plan is empty and says so", async () => {
  const { pw, plate } = await createBench();
  const off = { enabled: false };
  const some = definePipeline({
    name: "some",
    steps: [step("a", add, off), step("b", [use(add, {}, off), invert]), step("c", project, off)],
  });
  const plan = await pw.compile(some, plate);
  expect(plan.steps.map(({ name, index, source }) => [name, index, source])).toEqual([["b", 0, "plate"]]);
  expect(callsOf(plan.steps[0]).map((call) => call.function.name)).toEqual(["invert"]);
  const none = await pw.compile(definePipeline({ name: "none", steps: [step("a", add, off)] }), plate);
  expect([none.steps, none.warnings.map(({ code }) => code)]).toEqual([[], ["no-steps"]]);
});

test("what a plate knows is injected into the functions that ask for it, and only there", async () => {
  const asks = grid(
    { name: "asks", specialInputs: ["gridDimensions", "pixelSize", "channelNames?"] },
    (stack) => stack,
  );
  const index = { gridDimensions: [4, 6] as const, pixelSize: { x: 0.65, y: 0.65, unit: "µm" as const } };
  const { pw, plate } = await createBench({ index });
  const steps = [step("a", [asks, same]), step("b", use(asks, { pixelSize: 0.5 }))];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  expect(callsOf(plan.steps[0]).map(({ injected }) => injected)).toEqual([
    { gridDimensions: [4, 6], pixelSize: 0.65 },
    {},
  ]);
  expect(callsOf(plan.steps[1])[0]?.injected).toEqual({ gridDimensions: [4, 6], pixelSize: 0.5 });
});

test("pixels that are not square have no single size", async () => {
  const asks = grid({ name: "asks", specialInputs: ["pixelSize?"] }, (stack) => stack);
  const { pw, plate } = await createBench({ index: { pixelSize: { x: 0.65, y: 0.7, unit: "µm" } } });
  const plan = await pw.compile(definePipeline({ name: "a", steps: [step("a", asks)] }), plate);
  expect(callsOf(plan.steps[0])[0]?.injected).toEqual({});
});

describe("memory types", () => {
  const set = () => createBench({}, createTensor().type);
  const byTensor = tensor({ name: "byTensor" }, (stack) => stack);
  const contract = defineContract({ name: "blur" });
  const blur = family("blur", {
    shader: shader(contract, (stack) => stack),
    tensor: tensor(contract, (stack) => stack),
    grid: grid(contract, (stack) => stack),
  });

  test("between steps, every conversion is planned with its route and bytes", async () => {
    const { pw, plate } = await set();
    const plan = await pw.compile(
      definePipeline({ name: "a", steps: [step("a", add), step("b", byTensor)] }),
      plate,
    );
    expect(plan.steps.map((one) => callsOf(one)[0]?.conversion)).toEqual([
      { from: "host", to: "grid", route: [{ from: "host", to: "grid", cost: "view" }], bytes: 0 },
      {
        from: "grid",
        to: "tensor",
        route: [
          { from: "grid", to: "host", cost: "view" },
          { from: "host", to: "tensor", cost: "host-copy" },
        ],
        bytes: 36,
      },
    ]);
  });

  test('within a chain they are planned where conversions are "auto", at any level', async () => {
    const { pw, plate } = await set();
    const run = [add, byTensor] as never;
    const auto = { conversions: "auto" } as const;
    const levels = [
      pw.compile(definePipeline({ name: "a", steps: [step("a", [add, byTensor], auto)] }), plate),
      pw.compile(definePipeline({ name: "a", steps: [step("a", run)], settings: auto }), plate),
      pw.compile(definePipeline({ name: "a", steps: [step("a", run)] }), plate, { settings: auto }),
    ];
    for (const plan of await Promise.all(levels)) {
      expect(callsOf(plan.steps[0]).map(({ conversion }) => conversion?.to)).toEqual(["grid", "tensor"]);
      expect(plan.steps[0]?.chains["*"]).toMatchObject({
        inputMemoryType: "grid",
        outputMemoryType: "tensor",
      });
    }
  });

  test("of a family the variant is chosen to which the images come at the least cost", async () => {
    const { pw, plate } = await set();
    const chosen = async (...steps: Parameters<typeof definePipeline>[0]["steps"]) => {
      const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
      return callsOf(plan.steps.at(-1)).at(-1)?.input;
    };
    expect(await chosen(step("a", add), step("b", blur))).toBe("grid");
    expect(await chosen(step("a", byTensor), step("b", blur))).toBe("tensor");
    expect(await chosen(step("a", blur))).toBe("grid");
    expect(await chosen(step("a", blur.grid))).toBe("grid");
  });

  test("two variants of one family may stand in one pipeline", async () => {
    const { pw, plate } = await set();
    const steps = [step("a", blur.grid), step("b", blur.tensor), step("c", add), step("d", blur)];
    const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
    expect(plan.steps.map((one) => callsOf(one)[0]?.input)).toEqual(["grid", "tensor", "grid", "grid"]);
  });
});

test("a function is named by package, name and version", async () => {
  const { pw, plate } = await createBench();
  const plan = await pw.compile(definePipeline({ name: "a", steps: [step("a", [add, same])] }), plate);
  expect(callsOf(plan.steps[0]).map((call) => functionText(call.function))).toEqual([
    "tests:add@1",
    "same@1",
  ]);
});

test("checkpoints are kept too, in folders that no other step has", async () => {
  const { pw, plate } = await createBench();
  const keep = { checkpoint: true };
  const names = ["find cells", "find/cells", "Find-Cells", "find-cells-2", "...", "größe", "last"];
  const steps = names.map((name) => step(name, add, keep));
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  const folders = plan.steps.map(({ output }) => output?.folder ?? "");
  expect(new Set(folders.map((folder) => folder.normalize().toLowerCase())).size).toBe(names.length);
  expect(folders.at(-1)).toBe("images/last");
  expect(folders[5]).toBe("images/größe");
  expect(plan.steps.map(({ writeBackend }) => writeBackend).slice(0, 6)).toEqual(Array(6).fill("memory"));
});

test("a by-component step has a chain for each value, others are left out", async () => {
  const { pw, plate } = await createBench({ channels: 3 });
  const steps = [step("a", { 1: add, 3: [invert, same] }, { groupBy: "channel" }), step("b", project)];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  expect(
    Object.entries(plan.steps[0]?.chains ?? {}).map(([value, { calls }]) => [value, calls.length]),
  ).toEqual([
    ["1", 1],
    ["3", 2],
  ]);
  expect(plan.templates[0]?.steps.map((step) => step?.output.values.channel)).toEqual([
    ["1", "3"],
    ["1", "3"],
  ]);
});

test("wells with the same images share a template, so that a plan of a large plate stays small", async () => {
  const wells = Array.from(
    { length: 384 },
    (_, i) => `${String.fromCharCode(65 + Math.floor(i / 24))}${String((i % 24) + 1).padStart(2, "0")}`,
  );
  const lacks = ({ well, z }: { well: string; z: string }) => well === "B02" && z === "3";
  const { pw, plate } = await createBench({ wells, lacks, index: { missing: [] } });
  const plan = await pw.compile(three, plate);
  expect(plan.templates).toHaveLength(2);
  expect(new Set(Object.values(plan.wells).map(({ template }) => template))).toEqual(new Set([0, 1]));
  expect(JSON.stringify(plan).length).toBeLessThan(20_000);
});

test("missing images are named; their wells fail, or their groups are left out", async () => {
  const lacks = ({ well, channel, z }: { well: string; channel: string; z: string }) =>
    well === "A02" && channel === "2" && z === "3";
  const { pw, plate } = await createBench({ lacks });
  const strict = await pw.compile(three, plate);
  expect(strict.wells.A02?.missing).toMatchObject([{ well: "A02", channel: "2", z: "3" }]);
  expect(strict.warnings[0]).toMatchObject({
    code: "images-missing",
    message: "Well A02 lacks site 1 channel 2 z 3 timepoint 1.",
  });
  const lenient = await pw.compile(three, plate, { settings: { missing: "skip" } });
  const template = lenient.templates[lenient.wells.A02?.template ?? 0];
  expect(template?.steps[0]?.input.values.channel).toEqual(["1"]);
  expect(lenient.wells.A02?.missing).toBeUndefined();
  expect(hashesOf(lenient)).toEqual(hashesOf(strict));
});

test("results never lie in the plate unless that is asked for", async () => {
  const { pw, plate } = await createBench();
  for (const out of ["/plates/test", "/plates/test/a/b"]) {
    await expect(pw.compile(three, plate, { out })).rejects.toThrow("lies inside the plate");
    expect((await pw.compile(three, plate, { out, allowOutputInPlate: true })).output?.location).toBe(out);
  }
  expect((await pw.compile(three, plate, { out: "/plates/test2" })).output).toEqual({
    storage: "disk",
    location: "/plates/test2",
  });
});

test("a plate of unknown shape compiles, its bytes not predicted", async () => {
  const disk = createFakeDisk();
  const layout = putPlate(disk);
  const bare = {
    ...layout,
    index: async () => {
      const { shape: _, dtype: __, ...index } = await layout.index(await disk.provider.open("/plates/test"));
      return index;
    },
  };
  const pw = createPlatewright(gridBackend(), disk.provider, bare);
  const plan = await pw.compile(three, await pw.openPlate("/plates/test"));
  expect(plan.predicted).toEqual({});
});

test("a GPU step compiles to nothing where there is no device", async () => {
  const { pw, plate, disk } = await createBench({}, createShader(createFakeDevices([])).type);
  const gpu = shader({ name: "gpu" }, (stack) => stack);
  const mid = definePipeline({ name: "a", steps: [step("a", [add, gpu, add], { conversions: "auto" })] });
  await expect(pw.compile(mid, plate)).rejects.toThrow(
    'step "a": It runs on shader, but there is no device for it.',
  );
  expect(disk.reads).toEqual([]);
});

test("tables are planned where a function says how its artifacts are kept", async () => {
  const { pw, plate } = await createBench();
  const steps = [step("measure", [measure, findPeak])];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  expect(plan.steps[0]?.gives.map(({ key, file }) => [key, file])).toEqual([
    ["means", { path: "tables/means.csv", format: "csv" }],
    ["peak", undefined],
  ]);
});

test("two artifacts whose names would become one file are kept in two", async () => {
  const { pw, plate } = await createBench();
  const giving = <const Key extends string>(key: Key) =>
    grid({ name: `give ${key}`, specialOutputs: [key], materialize: { [key]: "csv" } as {} }, (stack) => [
      stack,
      { [key]: 1 } as { [K in Key]: number },
    ]) as unknown as Declared;
  const steps = [step("a", giving("my cells")), step("b", giving("my/cells"))];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  expect(plan.steps.map(({ gives }) => gives[0]?.file?.path)).toEqual([
    "tables/my-cells.csv",
    "tables/my-cells-2.csv",
  ]);
});
