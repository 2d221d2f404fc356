import {
  components,
  createDeclarer,
  createPlatewright,
  definePipeline,
  explainPlan,
  type Plan,
  type Step,
  step,
  type WellTemplate,
} from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { scheduleUnits } from "../../src/compile/plan/units.ts";
import { positionText } from "../../src/plate/image-set.ts";
import { findPeak, fromPeak, measure, same } from "../support/functions.ts";
import { createBench, putPlate } from "../support/plate.ts";
import { createFakeDisk } from "../support/storage.ts";

const host = createDeclarer("host");
const pass = host({ name: "pass" }, (stack) => stack);
const onePlane = host({ name: "onePlane", slices: "one" }, (stack) => stack);
const half = host({ name: "half", slices: (n) => Math.ceil(n / 2) }, (stack) => stack);

const drawnStep = fc.record({
  run: fc.constantFrom(pass, onePlane, half),
  variableComponents: fc.subarray([...components]),
  source: fc.option(fc.nat(10), { nil: undefined }),
  plate: fc.boolean(),
});
const drawn = fc.record({
  plate: fc.record({
    sites: fc.integer({ min: 1, max: 3 }),
    channels: fc.integer({ min: 1, max: 3 }),
    planes: fc.integer({ min: 1, max: 4 }),
  }),
  steps: fc.array(drawnStep, { minLength: 1, maxLength: 5 }),
});

test("property: every unit comes once, after all it reads, and together they read and give what the template says", async () => {
  await fc.assert(
    fc.asyncProperty(drawn, async ({ plate: spec, steps: stepSpecs }) => {
      const disk = createFakeDisk();
      const pw = createPlatewright(disk.provider, putPlate(disk, { ...spec, wells: ["A01"] }));
      const steps: Step[] = stepSpecs.map(
        ({ run, variableComponents, source, plate }, i) =>
          step(`s${i}`, run, {
            variableComponents,
            checkpoint: true,
            inputSource: plate ? "plate" : source !== undefined && i > 0 ? `s${source % i}` : "previous",
          }) as Step,
      );
      const plan = await pw.compile(definePipeline({ name: "a", steps }), await pw.openPlate("/plates/test"));
      checkSchedule(plan, plan.templates[0] as WellTemplate);
    }),
    { numRuns: 60 },
  );
});

function checkSchedule(plan: Plan, template: WellTemplate): void {
  const units = scheduleUnits(plan, template);
  expect(new Set(units.map(({ id }) => id)).size).toBe(units.length);
  const done = new Set<unknown>();
  for (const unit of units) {
    for (const before of unit.reads) expect(done.has(before)).toBe(true);
    done.add(unit);
    const given = new Set(unit.reads.flatMap(({ outputs }) => outputs.map(positionText)));
    if (unit.step.source === "plate") expect(unit.reads).toEqual([]);
    else for (const input of unit.inputs) expect(given.has(positionText(input))).toBe(true);
  }
  for (const { index } of plan.steps) {
    const own = units.filter(({ step: of }) => of.index === index);
    const drafted = template.steps[index];
    for (const side of ["input", "output"] as const) {
      const listed = own.flatMap((unit) => unit[`${side}s`].map(positionText));
      expect(new Set(listed).size).toBe(listed.length);
      const values = drafted?.[side].values;
      const size = components.reduce((product, component) => product * (values?.[component].length ?? 0), 1);
      expect(listed.length).toBe(size - (drafted?.[side].absent?.length ?? 0));
    }
  }
}

test("what is neither kept nor read by another unit is left out", async () => {
  const { pw, plate } = await createBench();
  const steps = [
    step("all", same),
    step("idle", same),
    step("rows", measure, { inputSource: "plate" }),
    step("one", { 1: same }, { groupBy: "channel", inputSource: "all" }),
  ];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  const order = scheduleUnits(plan, plan.templates[0] as WellTemplate).map(
    ({ step: of, fixed }) => `${of.name} ${fixed.channel}`,
  );
  expect(order).toEqual(["all 1", "one 1", "rows 1", "rows 2"]);
  expect(explainPlan(plan)).toContain("computes 1 of them: the others are neither kept nor read later");
  expect(explainPlan(plan)).toContain("computes 0 of them");
});

test("units go depth first: a group is finished before the next is read", async () => {
  const { pw, plate } = await createBench({ sites: 3, channels: 1 });
  const steps = [step("a", same), step("b", same), step("c", same)];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  const order = scheduleUnits(plan, plan.templates[0] as WellTemplate).map(
    ({ step: of, fixed }) => `${of.name}${fixed.site}`,
  );
  expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"]);
});

test("an artifact is taken from the one group that gives it, whichever comes first", async () => {
  const { pw, plate } = await createBench();
  const steps = [
    step("find", { 1: same, 2: findPeak }, { groupBy: "channel" }),
    step("take", fromPeak, { inputSource: "plate", variableComponents: ["channel", "z"] }),
  ];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  const taker = scheduleUnits(plan, plan.templates[0] as WellTemplate).find(
    ({ step: of }) => of.name === "take",
  );
  expect(taker?.takes.get("peak")?.fixed.channel).toBe("2");
});

test("only the groups whose functions take an artifact need one", async () => {
  const { pw, plate } = await createBench();
  const steps = [
    step("find", { 1: findPeak }, { groupBy: "channel" }),
    step("take", { 1: fromPeak, 2: same }, { groupBy: "channel", inputSource: "plate" }),
  ];
  const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
  const takers = scheduleUnits(plan, plan.templates[0] as WellTemplate).filter(
    ({ step: of }) => of.name === "take",
  );
  expect(takers.map(({ takes }) => [...takes.keys()])).toEqual([["peak"], []]);
});
