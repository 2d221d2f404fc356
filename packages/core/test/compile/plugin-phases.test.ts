import {
  createPlatewright,
  type Diagnostic,
  definePhase,
  definePipeline,
  isPlatewrightError,
  type Plugin,
  step,
  use,
} from "@platewright/core";
import { expect, test } from "vitest";
import { add, invert, project } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";

const pipeline = definePipeline({
  name: "a",
  steps: [step("brighten", use(add, { amount: 5 })), step("turn", invert), step("project", project)],
});
const compile = async (...plugins: readonly Plugin[]) => {
  const { pw, plate } = await createBench({}, ...plugins);
  return pw.compile(pipeline, plate);
};
const problemsOf = async (...plugins: readonly Plugin[]) => {
  const thrown: unknown = await compile(...plugins).catch((error: unknown) => error);
  if (!isPlatewrightError(thrown, "compile")) throw thrown;
  return thrown.details.diagnostics as readonly Diagnostic[];
};

test("each sees what is known after the phase that it follows", async () => {
  const plan = await compile(
    definePhase({
      name: "units",
      after: "step-plans",
      run: ({ steps, templates, wells }) => [steps.length, templates.length, wells.size],
    }),
    definePhase({ name: "where", after: "zarr-stores", run: ({ storage }) => ({ storage }) }),
    definePhase({
      name: "folders",
      after: "materialisation",
      run: ({ steps }) => steps.flatMap(({ output }) => output?.folder ?? []),
    }),
    definePhase({
      name: "types",
      after: "memory-contracts",
      run: async ({ steps }) => steps.map(({ planned }) => planned["*"]?.outputMemoryType),
    }),
    definePhase({ name: "devices", after: "gpu-assignment", run: ({ wellDevices }) => wellDevices.size }),
    definePhase({ name: "silent", after: "gpu-assignment", run: () => undefined }),
  );
  expect(plan.extensions).toEqual({
    units: [3, 1, 2],
    where: { storage: "disk" },
    folders: ["images/project"],
    types: ["grid", "grid", "grid"],
    devices: 0,
  });
  expect(Object.isFrozen(plan.extensions.types)).toBe(true);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test("what they add is in the plan's hash, and in no step's", async () => {
  const adding = (value: unknown) =>
    compile(definePhase({ name: "x", after: "step-plans", run: () => value }));
  const [none, one, two, again] = [await compile(), await adding(1), await adding(2), await adding(1)];
  expect(new Set([none, one, two].map(({ hash }) => hash)).size).toBe(3);
  expect(again.hash).toBe(one.hash);
  for (const { steps } of [one, two]) expect(steps).toEqual(none.steps);
});

test("they report under their own names, with all else that is wrong, and warn", async () => {
  const wells = definePhase({
    name: "controls",
    after: "step-plans",
    run(_, { report, warn, wells }) {
      if (!wells.includes("H12"))
        report({ code: "no-control", message: "The control H12 is absent.", hint: "Add it." });
      warn({ step: "turn", code: "odd", message: "That is odd.", hint: "Think." });
    },
  });
  const late = definePhase({
    name: "late",
    after: "gpu-assignment",
    run: (_, { report }) => report({ step: "project", code: "late", message: "Too late.", hint: "Hurry." }),
  });
  expect((await problemsOf(wells, late)).map(({ phase, step: name, code }) => [phase, name, code])).toEqual([
    ["controls", undefined, "no-control"],
    ["late", "project", "late"],
  ]);
  const { pw, plate } = await createBench({ wells: ["A01", "H12"] }, wells);
  expect((await pw.compile(pipeline, plate)).warnings).toMatchObject([
    { phase: "controls", step: "turn", code: "odd" },
  ]);
});

test("they only add: the draft is frozen, and what a plan can't keep is refused", async () => {
  const meddler = definePhase({
    name: "meddler",
    after: "materialisation",
    run: ({ steps }) => void Object.assign(steps[0] as object, { name: "mine" }),
  });
  expect(await problemsOf(meddler)).toMatchObject([{ phase: "meddler", code: "phase-failed" }]);
  for (const value of [() => 1, new Map(), Number.NaN, 1n]) {
    expect(await problemsOf(definePhase({ name: "x", after: "step-plans", run: () => value }))).toMatchObject(
      [{ phase: "x", code: "phase-failed", message: expect.stringContaining("which a plan can't keep") }],
    );
  }
});

test("one that fails is a problem of its own, unless it stumbles over one that was told already", async () => {
  const fails = definePhase({
    name: "fails",
    after: "gpu-assignment",
    run: () => {
      throw new Error("no such table");
    },
  });
  expect(await problemsOf(fails)).toMatchObject([
    { phase: "fails", code: "phase-failed", message: "It failed: no such table." },
  ]);
  const { pw, plate } = await createBench({}, fails);
  const wrong = definePipeline({ name: "a", steps: [step("a", use(add, { amount: 99 }))] });
  await expect(pw.compile(wrong, plate)).rejects.toMatchObject({
    details: { diagnostics: [{ code: "parameter-range" }] },
  });
});

test("two of one name, one named as the compiler's own, and one after no phase are refused", () => {
  const phase = (name: string, after = "step-plans") =>
    definePhase({ name, after: after as never, run: () => 1 });
  expect(() => createPlatewright(phase("a"), phase("a"))).toThrow('Two plugins give the phase "a".');
  expect(() => createPlatewright(phase("zarr-stores"))).toThrow('Two plugins give the phase "zarr-stores".');
  expect(() => createPlatewright(phase("a", "the-end"))).toThrow(
    'The phase "a" shall run after "the-end", which is no phase. There are: step-plans, zarr-stores,',
  );
});
