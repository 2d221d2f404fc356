import {
  type Component,
  components,
  definePipeline,
  type ImageKey,
  type Pattern,
  type Plan,
  type Step,
  type StepOptions,
  step,
  use,
} from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { add, findPeak, fromPeak, invert, project, same } from "../support/functions.ts";
import { createBench, keysOf, pixelOf } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

const spec = { wells: ["A01", "B02"], sites: 2, channels: 2, planes: 3, timepoints: 1 } as const;
const size = 6;

/** A function of the pipeline, and what it does by hand: slices in, slices out. */
interface Link {
  readonly word: string;
  readonly run: Pattern;
  readonly byHand: (slices: readonly number[][]) => readonly number[][];
}

/** The functions write into uint16 memory as it is. */
const wrap = (value: number): number => value & 0xffff;
const plus = (amount: number): Link => ({
  word: `+${amount}`,
  run: use(add, { amount }),
  byHand: (slices) => slices.map((values) => values.map((value) => wrap(value + amount))),
});
const links: readonly Link[] = [
  plus(1),
  plus(4),
  {
    word: "invert",
    run: invert,
    byHand: (slices) => slices.map((values) => values.map((value) => wrap(200 - value))),
  },
  {
    word: "project",
    run: project,
    byHand: (slices) => [
      (slices[0] ?? []).map((_, i) => Math.max(...slices.map((values) => values[i] as number))),
    ],
  },
  { word: "same", run: same, byHand: (slices) => slices },
];

/** A part of a pattern: a function, a chain, or one of these for each value of the next component. */
type Part =
  | { readonly kind: "link"; readonly link: Link }
  | { readonly kind: "chain"; readonly parts: readonly Part[] }
  | { readonly kind: "by"; readonly parts: Readonly<Record<string, Part>> };

const drawnLink = fc.constantFrom(...links).map((link): Part => ({ kind: "link", link }));
const drawnPart = (depth: number): fc.Arbitrary<Part> => {
  if (depth === 0) return chainOf(drawnLink);
  const inner = drawnPart(depth - 1);
  const values = fc.constantFrom<readonly string[]>(["1"], ["2"], ["1", "2"]);
  const by = values.chain((keys) =>
    fc.tuple(...keys.map(() => inner)).map(
      (parts): Part => ({
        kind: "by",
        parts: Object.fromEntries(keys.map((key, i) => [key, parts[i] as Part])),
      }),
    ),
  );
  // One part by component in a chain: two might name different values, which does not compile.
  return fc
    .tuple(chainOf(drawnLink), fc.option(by, { nil: undefined }), chainOf(drawnLink))
    .map(
      ([first, middle, last]): Part => ({ kind: "chain", parts: middle ? [first, middle, last] : [first] }),
    );
};
const chainOf = (part: fc.Arbitrary<Part>) =>
  fc.array(part, { minLength: 1, maxLength: 2 }).map((parts): Part => ({ kind: "chain", parts }));

const drawnStep = fc.subarray<Component>(["z", "channel", "site"]).chain((variable) =>
  fc.record({
    part: fc.nat({ max: groupingOf(variable).length }).chain(drawnPart),
    variable: fc.constant(variable),
    source: fc.nat({ max: 5 }),
    checkpoint: fc.boolean(),
    wells: fc.constantFrom(undefined, "A01", ["B02"], 2),
  }),
);

/** The components that may choose among the functions of a step: those that tell its groups apart. */
function groupingOf(variable: readonly Component[]): readonly Component[] {
  return (["channel", "site"] as const).filter((component) => !variable.includes(component));
}

interface DrawnStep {
  readonly part: Part;
  readonly variable: readonly Component[];
  readonly source: number;
  readonly checkpoint: boolean;
  readonly wells: StepOptions["wells"];
}

const patternOf = (part: Part): Pattern => {
  if (part.kind === "link") return part.link.run;
  if (part.kind === "chain") return part.parts.map(patternOf);
  return Object.fromEntries(Object.entries(part.parts).map(([value, inner]) => [value, patternOf(inner)]));
};
function pipelineOf(drawn: readonly DrawnStep[]) {
  const steps = drawn.map(({ part, variable, source, checkpoint, wells }, i): Step => {
    const inputSource = sourceName(source, i);
    return step(`s${i}`, patternOf(part) as never, {
      variableComponents: variable,
      groupBy: groupingOf(variable) as never,
      inputSource,
      checkpoint,
      ...(wells === undefined ? {} : { wells }),
    }) as Step;
  });
  return definePipeline({ name: "drawn", steps });
}

/** The step before, the plate, or a step by name. */
function sourceName(source: number, i: number): string {
  if (source === 0) return "previous";
  return source === 1 || i === 0 ? "plate" : `s${source % i}`;
}

/** What the run should leave of one well: images by their path, worked out by calling the same functions by hand. */
function byHand(well: string, drawn: readonly DrawnStep[]): Record<string, readonly number[]> {
  type Images = ReadonlyMap<string, { readonly key: ImageKey; readonly values: readonly number[] }>;
  const textOf = (key: ImageKey) => components.map((component) => key[component]).join("/");
  const raw: Images = new Map(
    keysOf(spec)
      .filter((key) => key.well === well)
      .map((key) => [textOf(key), { key, values: Array.from({ length: size }, (_, i) => pixelOf(key, i)) }]),
  );
  const runs = ({ wells }: DrawnStep) => wells === undefined || wells === 2 || [wells].flat().includes(well);
  const given: (Images | undefined)[] = [];
  const sourceOf = (i: number): number => {
    const name = sourceName(drawn[i]?.source ?? 0, i);
    const index = name === "plate" ? -1 : name === "previous" ? i - 1 : Number(name.slice(1));
    return index >= 0 && !runs(drawn[index] as DrawnStep) ? sourceOf(index) : index;
  };
  for (const [i, one] of drawn.entries()) {
    if (!runs(one)) {
      given.push(undefined);
      continue;
    }
    const source = sourceOf(i);
    const groups = new Map<string, { readonly key: ImageKey; readonly values: readonly number[] }[]>();
    for (const image of ((source < 0 ? raw : given[source]) as Images).values()) {
      const fixed = components.filter((component) => !one.variable.includes(component));
      const text = fixed.map((component) => image.key[component]).join("/");
      groups.set(text, [...(groups.get(text) ?? []), image]);
    }
    const output = new Map<string, { readonly key: ImageKey; readonly values: readonly number[] }>();
    for (const images of groups.values()) {
      const [first] = images;
      const chain =
        first &&
        linksFor(
          one.part,
          groupingOf(one.variable).map((component) => first.key[component]),
        );
      if (!chain) continue;
      const slices = chain.reduce(
        (stack, { byHand: call }) => call(stack) as number[][],
        images.map(({ values }) => [...values]),
      );
      for (const [z, values] of slices.entries()) {
        const { key } = images[z] as { key: ImageKey };
        output.set(textOf(key), { key, values });
      }
    }
    given.push(output);
  }
  const last = drawn.reduce((found, one, i) => (runs(one) ? i : found), -1);
  const kept = drawn.flatMap((one, i) => (runs(one) && (one.checkpoint || i === last) ? [i] : []));
  const files: Record<string, readonly number[]> = {};
  for (const i of kept) {
    for (const { key, values } of (given[i] as Images).values()) {
      const pad = (text: string) => text.padStart(3, "0");
      const name = `${well}_s${pad(key.site)}_w${key.channel}_z${pad(key.z)}_t${pad(key.timepoint)}.tif`;
      files[`images/s${i}/${name}`] = values;
    }
  }
  return files;
}

/** The functions for these values; `undefined` where there are none. */
function linksFor(part: Part, values: readonly string[]): readonly Link[] | undefined {
  if (part.kind === "link") return [part.link];
  if (part.kind === "by") {
    const inner = part.parts[values[0] as string];
    return inner && linksFor(inner, values.slice(1));
  }
  const parts = part.parts.map((each) => linksFor(each, values));
  return parts.every((each) => each !== undefined) ? parts.flat() : undefined;
}

test("property: a random pipeline gives the bytes that its functions give by hand, its plan from JSON too", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawnStep, { minLength: 1, maxLength: 5 }), async (drawn) => {
      const bench = await createBench(spec);
      const pipeline = pipelineOf(drawn);
      const before = JSON.stringify(pipeline);
      const plan = await bench.pw.compile(pipeline, bench.plate);
      expect(await bench.pw.compile(pipeline, bench.plate)).toEqual(plan);
      expect(JSON.stringify(pipeline)).toBe(before);
      const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
      expect(report.status).toBe("complete");
      expect(report.memory.peakHostBytes).toBeLessThanOrEqual(plan.predicted.peakHostBytes as number);
      const expected = Object.fromEntries(
        spec.wells.flatMap((well) =>
          Object.entries(byHand(well, drawn)).map(([path, values]) => [path, ["uint16", [2, 3], values]]),
        ),
      );
      expect(contentOf(bench.disk, "/results")).toEqual(expected);
      const read = JSON.parse(JSON.stringify(plan)) as Plan;
      await bench.pw.run(read, { plate: bench.plate, out: "/again", pipeline });
      expect(contentOf(bench.disk, "/again")).toEqual(expected);
    }),
    { numRuns: 70 },
  );
});

test("property: an artifact reaches the group that belongs to it, whatever lies between", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...links.slice(0, 3)), { maxLength: 3 }),
      fc.boolean(),
      async (between, again) => {
        const bench = await createBench(spec);
        const steps = [
          step("find", findPeak),
          ...between.map(({ run }, i) => step(`b${i}`, run as never)),
          step("take", fromPeak, again ? { inputSource: "plate" } : {}),
        ] as readonly Step[];
        const plan = await bench.pw.compile(definePipeline({ name: "a", steps }), bench.plate);
        await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
        const [well, site, channel] = ["B02", "2", "1"];
        const planes = ["1", "2", "3"].map((z) =>
          Array.from({ length: size }, (_, i) => pixelOf({ well, site, channel, z, timepoint: "1" }, i)),
        );
        const peak = Math.max(...planes.flat());
        const shown = again
          ? planes
          : between.reduce((stack, { byHand: call }) => call(stack) as number[][], planes);
        const expected = shown[2]?.map((value) => wrap(peak - value));
        const content = contentOf(bench.disk, "/results");
        expect(content["images/take/B02_s002_w1_z003_t001.tif"]).toEqual(["uint16", [2, 3], expected]);
      },
    ),
    { numRuns: 20 },
  );
});
