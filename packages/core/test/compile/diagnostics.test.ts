import {
  type CompileOptions,
  createDeclarer,
  type Declared,
  type Diagnostic,
  type DiagnosticCode,
  defineContract,
  definePipeline,
  diagnosticText,
  family,
  isPlatewrightError,
  lazy,
  memoryTypes,
  type Step,
  step,
  use,
} from "@platewright/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { grid, shader, tensor } from "../pipeline/fixtures/backends.ts";
import { createShader } from "../support/devices.ts";
import { createFakeDevices } from "../support/fake-devices.ts";
import { add, findPeak, fromPeak, same } from "../support/functions.ts";
import { type Bench, createBench } from "../support/plate.ts";

const loose = (fn: unknown) => fn as Declared;
const gpu = shader({ name: "gpu" }, (stack) => stack);
const twin = grid({ name: "same" }, (stack) => stack);
const byTensor = tensor({ name: "byTensor" }, (stack) => stack);
const needsGrid = grid({ name: "needsGrid", specialInputs: ["gridDimensions"] }, (stack) => stack);
const crop = grid(
  { name: "crop", params: z.object({ margin: z.number().positive("must be positive") }) },
  (stack) => stack,
);
const strange = createDeclarer("ndarray" as "grid")({ name: "strange" }, (stack) => stack);
const twoTypes = memoryTypes(
  { name: "twoTypes", input: "grid", output: "tensor" },
  (stack) => stack as never,
);
const contract = defineContract({ name: "blur" });
const blur = family("blur", { tensor: tensor(contract, (s) => s), shader: shader(contract, (s) => s) });
const grow = grid({ name: "grow", slices: (n) => n + 1 }, (stack) => stack);
const broken = grid(
  {
    name: "broken",
    slices: () => {
      throw new Error("no such rule");
    },
  },
  (stack) => stack,
);
const sliceMany = grid({ name: "sliceMany", unit: "slice", slices: "one" }, (slice) => slice);
const again = grid({ name: "again", specialOutputs: ["peak"] }, (stack) => [stack, { peak: 1 }]);
const size = grid({ name: "size", specialOutputs: ["pixelSize"] }, (stack) => [stack, { pixelSize: 1 }]);

const lookup = grid({ name: "lookup" }, (stack) => stack);
const lazyOnes = () => lazy(() => [1, 1]);

interface Wrong {
  readonly code: DiagnosticCode;
  readonly steps: readonly unknown[];
  readonly says: string;
  readonly step?: string;
  readonly options?: CompileOptions;
}

const one = (run: unknown, options?: object): readonly unknown[] => [step("one", loose(run), options as {})];

const wrong: readonly Wrong[] = [
  { code: "step-name-twice", steps: [step("one", add), step("one", add)], says: "Two steps have this name." },
  { code: "empty-chain", steps: one([]), says: "It runs no function." },
  { code: "empty-chain", steps: one([use(add, {}, { enabled: false })]), says: "It runs no function." },
  {
    code: "empty-chain",
    steps: one({ 1: add, 2: [] }, { groupBy: "channel" }),
    says: "It runs no function for channel 2.",
  },
  {
    code: "undeclared-function",
    steps: one((stack: unknown) => stack),
    says: "It runs something that is not a declared function.",
  },
  { code: "undeclared-function", steps: one(use(loose(() => 1))), says: "not a declared function" },
  { code: "undeclared-function", steps: one(undefined), says: "not a declared function" },
  {
    code: "undeclared-function",
    steps: one([same, twin]),
    says: 'Two different functions are declared as "same@1".',
  },
  {
    code: "input-source-unknown",
    steps: one(add, { inputSource: "two" }),
    says: 'It reads from "two", which is no step before it. Steps before it: none; or write "plate".',
  },
  { code: "group-by-missing", steps: one({ 1: add }), says: "does not say which component" },
  {
    code: "group-by-variable",
    steps: one({ 1: add }, { groupBy: "z" }),
    says: "It groups by z, which also makes up its stacks.",
  },
  {
    code: "component-missing",
    steps: one({ 1: add, 9: add }, { groupBy: "channel" }),
    says: "It has functions for channel 9, which the plate lacks. Available: 1, 2.",
  },
  {
    code: "component-missing",
    steps: one([add, { 3: add }], { groupBy: "channel" }),
    says: "for channel 3, which",
  },
  {
    code: "component-missing",
    steps: one({ 1: { 1: add, 2: add } }, { groupBy: ["channel", "site"] }),
    says: "It has functions for site 2, which the plate lacks. Available: 1.",
  },
  {
    code: "component-uneven",
    steps: one([{ 1: add, 2: add }, { 1: same }], { groupBy: "channel" }),
    says: "One part of its chain has functions for channel 2, another by the same component has none.",
  },
  {
    code: "group-by-missing",
    steps: one({ 1: { 1: add } }, { groupBy: "channel" }),
    says: "It has functions by 2 components, one inside another, but groups by channel only.",
  },
  { code: "group-by-missing", steps: one([add, [{ 1: add }]]), says: "does not say which component" },
  {
    code: "group-by-variable",
    steps: one({ 1: { 1: add } }, { groupBy: ["channel", "z"] }),
    says: "It groups by z, which also makes up its stacks.",
  },
  { code: "empty-chain", steps: one({}, { groupBy: "channel" }), says: "for any value of its component" },
  {
    code: "empty-chain",
    steps: one([{ 1: add, 2: [] }, []], { groupBy: "channel" }),
    says: "It runs no function for channel 2.",
  },
  {
    code: "parameter-unknown",
    steps: one(use(add, { amont: 1 } as {})),
    says: 'add has no parameter "amont". Its parameters: amount.',
  },
  {
    code: "parameter-missing",
    steps: one(grid({ name: "n", params: { low: { type: "number", minimum: 0 } } }, (s) => s)),
    says: 'n needs the parameter "low". Give low: a number from 0.',
  },
  {
    code: "parameter-type",
    steps: one(use(add, { amount: 1.5 })),
    says: "add got amount: 1.5. It must be an integer from 0 up to 50.",
  },
  { code: "parameter-type", steps: one(use(crop, { margin: -1 })), says: "crop must be positive" },
  {
    code: "parameter-type",
    steps: one(use(loose(grid({ name: "any" }, (s) => s)), { at: Number.POSITIVE_INFINITY } as {})),
    says: "any got at: Infinity, which a plan can't keep.",
  },
  {
    code: "parameter-range",
    steps: one(use(add, { amount: 51 })),
    says: "add got amount: 51. It must be an integer from 0 up to 50.",
  },
  {
    code: "parameter-range",
    steps: one(
      use(loose(grid({ name: "c", params: { m: { enum: ["a", "b"] } } }, (s) => s)), { m: "c" } as {}),
    ),
    says: 'c got m: "c". It must be "a" or "b".',
  },
  {
    code: "lazy-value-twice",
    steps: one([
      use(loose(lookup), { table: lazyOnes() } as {}),
      use(loose(lookup), { table: lazyOnes() } as {}),
    ]),
    says: "It has a lazy value that a plan can't tell from another: both are () => [1, 1].",
  },
  { code: "slice-unit-slices", steps: one(sliceMany), says: "sliceMany sees one slice at a time" },
  { code: "too-many-slices", steps: one(grow), says: "grow would make 4 slices of 3." },
  {
    code: "too-many-slices",
    steps: one(broken),
    says: "broken can't say how many slices it makes of 3: no such rule",
  },
  { code: "setting", steps: one(add, { dtype: "uint8" }), says: 'it must be "preserve", "native"' },
  {
    code: "setting",
    steps: one(add, { groupby: "channel" }),
    says: 'It sets "groupby", which is no option of a step.',
  },
  { code: "setting", steps: one(add, { variableComponents: ["colour"] }), says: '"colour" is no component.' },
  { code: "setting", steps: one({ 1: add }, { groupBy: "colour" }), says: '"colour" is no component.' },
  {
    code: "well-filter",
    steps: one(add, { wells: "H12" }),
    says: 'No well of the plate fits "H12". The plate has A01, A02. Mend the step\'s option wells',
  },
  { code: "well-filter", steps: one(add, { wells: 3 }), says: "3 wells are asked for, but the plate has 2" },
  { code: "well-filter", steps: one(add, { wells: ["A01", "?"] }), says: '"?" is no well filter.' },
  { code: "setting", steps: one(add, { compression: "" }), says: '"compression" to ""; it must be the name' },
  {
    code: "storage-unknown",
    step: "one",
    steps: one(add, { storage: "tape" }),
    says: 'Its images shall go to the storage "tape", which is not installed. Installed: disk.',
  },
  {
    code: "special-input-missing",
    step: "two",
    steps: [step("one", findPeak, { wells: "A02" }), step("two", fromPeak)],
    says: 'It needs "peak" in well A01, where step "one", which gives it, does not run. Give both steps the same wells.',
  },
  {
    code: "special-input-missing",
    steps: one(fromPeak),
    says: 'fromPeak needs "peak", which no step before it gives. Put a step before it',
  },
  {
    code: "special-input-missing",
    steps: [step("one", loose(fromPeak)), step("two", findPeak)],
    says: 'needs "peak", which no step before it gives',
  },
  {
    code: "special-input-missing",
    step: "two",
    steps: [
      step("one", { 1: findPeak }, { groupBy: "channel" }),
      step("two", fromPeak, { inputSource: "plate" }),
    ],
    says: 'It needs "peak" for timepoint 1, site 1, channel 2, but step "one" gives it for timepoint 1, site 1, channel 1.',
  },
  {
    code: "special-input-ambiguous",
    step: "two",
    steps: [step("one", findPeak), step("two", fromPeak, { variableComponents: ["channel", "z"] })],
    says: 'Its "peak" is ambiguous: step "one" gives one for each of timepoint 1, site 1, channel 1; timepoint 1, site 1, channel 2.',
  },
  {
    code: "special-output-twice",
    step: "two",
    steps: [step("one", findPeak), step("two", again)],
    says: 'again gives "peak", which is there already.',
  },
  {
    code: "special-output-twice",
    steps: one([findPeak, again]),
    says: 'again gives "peak", which is there already.',
  },
  { code: "special-output-twice", steps: one(size), says: 'size gives "pixelSize", which is there already.' },
  {
    code: "metadata-missing",
    steps: one(needsGrid),
    says: "needsGrid needs gridDimensions, which the plate does not tell. Give it by hand: use(needsGrid, { gridDimensions: … }).",
  },
  {
    code: "storage-unknown",
    steps: one(add),
    options: { settings: { storage: "zarr" } },
    says: 'the storage "zarr", which is not installed. Installed: disk.',
  },
  {
    code: "output-inside-plate",
    steps: one(add),
    options: { out: "/plates/test/results" },
    says: 'The output folder "/plates/test/results" lies inside the plate "/plates/test".',
  },
  {
    code: "memory-type-unknown",
    steps: one(strange),
    says: 'strange needs the memory type "ndarray", which is not registered. Registered: host, grid, shader. Add ndarrayBackend()',
  },
  { code: "memory-type-unknown", steps: one(twoTypes), says: 'twoTypes needs the memory type "tensor"' },
  {
    code: "family-without-variant",
    steps: one(family("none", { tensor: byTensor, ndarray: strange } as {})),
    says: "none has variants for tensor (the memory type tensor is not registered), ndarray (the memory type ndarray is not registered): none can run here.",
  },
  {
    code: "chain-memory-types",
    steps: one([add, gpu]),
    says: 'gpu takes shader, but add before it gives grid. Use the grid variant of gpu, or set conversions: "auto" on the step.',
  },
  { code: "device-missing", steps: one(gpu), says: "It runs on shader, but there is no device for it." },
  {
    code: "device-missing",
    steps: one([add, blur], { conversions: "auto" }),
    says: "It runs on shader, but there is no device for it.",
  },
  {
    code: "memory-limit",
    steps: one(add),
    options: { settings: { memoryLimit: 71 } },
    says: "The intermediates of one well need 72 bytes at once, but the memory limit is 71.",
  },
];

test.each(wrong)("$code: $says", async ({ code, steps, says, step: name, options }) => {
  const bench = await createBench({}, createShader(createFakeDevices([])).type);
  const diagnostics = await compileWrong(bench, steps, options);
  const found = diagnostics.filter((diagnostic) => diagnostic.code === code);
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
  expect(found.map(diagnosticText).join("\n")).toContain(says);
  const ofPlan: readonly DiagnosticCode[] = ["storage-unknown", "output-inside-plate", "memory-limit"];
  expect(found.map((diagnostic) => diagnostic.step)).toEqual(
    found.map(() => name ?? (ofPlan.includes(code) ? undefined : "one")),
  );
  expect([bench.disk.reads, bench.disk.writes]).toEqual([[], []]);
});

test("everything that is wrong is in one error, step by step, each once", async () => {
  const bench = await createBench({}, createShader(createFakeDevices([])).type);
  const steps = [
    step("first", use(add, { amount: 99, much: 1 } as {})),
    step("second", { 1: loose(() => 1), 8: add }, { groupBy: "channel" }),
    step("third", [add, gpu] as never),
    step("fourth", loose(fromPeak)),
  ];
  const diagnostics = await compileWrong(bench, steps, { settings: { storage: "tape" } });
  expect(diagnostics.map(({ phase, step: name, code }) => [phase, name, code])).toEqual([
    ["step-plans", "first", "parameter-unknown"],
    ["step-plans", "first", "parameter-range"],
    ["step-plans", "second", "component-missing"],
    ["step-plans", "second", "undeclared-function"],
    ["step-plans", "fourth", "special-input-missing"],
    ["zarr-stores", undefined, "storage-unknown"],
    ["memory-contracts", "third", "chain-memory-types"],
    ["gpu-assignment", "third", "device-missing"],
  ]);
  expect(bench.disk.writes).toEqual([]);
});

test("what is no pipeline, and a step that is none, are refused", async () => {
  const { pw, plate } = await createBench();
  await expect(pw.compile({} as never, plate)).rejects.toThrow(
    "This is no pipeline. Make one with definePipeline(",
  );
  const odd = definePipeline({ name: "odd", steps: [step("one", add), add] as unknown as Step[] });
  await expect(pw.compile(odd, plate)).rejects.toMatchObject({
    code: "declaration",
    message: expect.stringContaining('Item 2 of the pipeline "odd" is no step.'),
  });
});

test("wells that are not there are an error before anything is checked", async () => {
  const { pw, plate } = await createBench();
  const pipeline = definePipeline({ name: "a", steps: [step("one", add)] });
  await expect(pw.compile(pipeline, plate, { wells: ["H12"] })).rejects.toMatchObject({ code: "filter" });
  await expect(pw.compile(pipeline, plate, { excludeWells: ["row:A"] })).rejects.toThrow(
    "The filters leave no well.",
  );
  await expect(pw.compile(pipeline, plate, { settings: { workers: -1 } })).rejects.toMatchObject({
    code: "parameter",
  });
});

test("the table above has every code that can stop a compile", () => {
  const all: Record<DiagnosticCode, boolean> = {
    "no-steps": false,
    "images-missing": false,
    "no-conversion": false,
    "step-name-twice": true,
    "empty-chain": true,
    "undeclared-function": true,
    "input-source-unknown": true,
    "group-by-missing": true,
    "group-by-variable": true,
    "component-missing": true,
    "component-uneven": true,
    "parameter-unknown": true,
    "parameter-missing": true,
    "parameter-type": true,
    "parameter-range": true,
    "lazy-value-twice": true,
    "slice-unit-slices": true,
    "too-many-slices": true,
    setting: true,
    "well-filter": true,
    "special-input-missing": true,
    "special-input-ambiguous": true,
    "special-output-twice": true,
    "metadata-missing": true,
    "metadata-failed": false,
    "phase-failed": false,
    "storage-unknown": true,
    "output-inside-plate": true,
    "memory-type-unknown": true,
    "family-without-variant": true,
    "chain-memory-types": true,
    "device-missing": true,
    "memory-limit": true,
  };
  const expected = Object.keys(all).filter((code) => all[code as DiagnosticCode]);
  expect([...new Set(wrong.map(({ code }) => code))].sort()).toEqual(expected.sort());
});

async function compileWrong(
  { pw, plate }: Bench,
  steps: readonly unknown[],
  options?: CompileOptions,
): Promise<readonly Diagnostic[]> {
  const pipeline = definePipeline({ name: "wrong", steps: steps as readonly Step[] });
  const thrown = await pw.compile(pipeline, plate, options).catch((error: unknown) => error);
  if (!isPlatewrightError(thrown, "compile")) throw thrown;
  return thrown.details.diagnostics as readonly Diagnostic[];
}
