import {
  type CompileOptions,
  type Diagnostic,
  type DiagnosticCode,
  definePipeline,
  diagnosticText,
  isPlatewrightError,
  type Step,
  step,
  use,
} from "@platewright/core";
import { expect, test } from "vitest";
import { createShader } from "../support/devices.ts";
import { createFakeDevices } from "../support/fake-devices.ts";
import { add, fromPeak } from "../support/functions.ts";
import { type Bench, createBench } from "../support/plate.ts";
import { gpu, loose } from "./wrong/functions.ts";
import type { Wrong } from "./wrong/wrong.ts";
import { wrongLinks } from "./wrong/wrong-links.ts";
import { wrongSteps } from "./wrong/wrong-steps.ts";

const wrong = [...wrongSteps, ...wrongLinks];
const benchOf = ({ plate, plugins = [] }: Pick<Wrong, "plate" | "plugins">) =>
  createBench(plate, createShader(createFakeDevices([])).type, ...plugins);

test("there are enough of them", () => {
  expect(wrong.length).toBeGreaterThanOrEqual(60);
});

test.each(wrong)("$code: $says", async (fault) => {
  const { code, also = [], steps, says, step: name = "one", options } = fault;
  const bench = await benchOf(fault);
  const diagnostics = await compileWrong(bench, steps, options);
  expect(diagnostics.map((diagnostic) => diagnostic.code).sort()).toEqual([code, ...also].sort());
  const found = diagnostics.filter((diagnostic) => diagnostic.code === code);
  expect(found.map(diagnosticText).join("\n")).toContain(says);
  expect(found.map((diagnostic) => diagnostic.step)).toEqual(found.map(() => name ?? undefined));
  expect([bench.disk.reads, bench.disk.writes]).toEqual([[], []]);
});

// Faults that do not depend on what else is in the pipeline, nor on the names of the steps.
const alone = (faults: readonly Wrong[]) =>
  faults.filter(
    ({ options, plate, plugins, code }) => !options && !plate && !plugins && code !== "step-name-reserved",
  );
const pairs = alone(wrongSteps).map((first, i) => {
  const others = alone(wrongLinks);
  return { first, second: others[i % others.length] as Wrong };
});

test.each(pairs)("two at once: $first.code and $second.code", async ({ first, second }) => {
  const bench = await benchOf({});
  const steps = [...renamed(first.steps, "first"), ...renamed(second.steps, "second")];
  const found = (await compileWrong(bench, steps)).map(({ step: name, code }) => `${name}: ${code}`);
  const expected = [first, second].flatMap(({ code, also = [], step: name = "one" }, i) =>
    [code, ...also].map((each) => `${i === 0 ? "first" : "second"} ${name}: ${each}`),
  );
  expect(found.sort()).toEqual(expected.sort());
  expect([bench.disk.reads, bench.disk.writes]).toEqual([[], []]);
});

/** The steps under other names, the first of them reading the plate, so that nothing but its own faults reaches it. */
function renamed(steps: readonly unknown[], prefix: string): readonly Step[] {
  const all = steps as readonly Step[];
  const names = all.map(({ name }) => name);
  return all.map((each, i) => {
    const { inputSource = i === 0 ? "plate" : "previous" } = each.options;
    const source = names.includes(inputSource) ? `${prefix} ${inputSource}` : inputSource;
    return { ...each, name: `${prefix} ${each.name}`, options: { ...each.options, inputSource: source } };
  });
}

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
    "image-unreadable": false,
    "no-conversion": true,
    "step-name-twice": true,
    "step-name-reserved": true,
    "special-input-given": true,
    "empty-chain": true,
    "undeclared-function": true,
    "input-source-unknown": true,
    "group-by-missing": true,
    "group-by-variable": true,
    "component-missing": true,
    "component-twice": true,
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
    "metadata-failed": true,
    "phase-failed": true,
    "storage-unknown": true,
    "output-inside-plate": true,
    "task-storage": true,
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
