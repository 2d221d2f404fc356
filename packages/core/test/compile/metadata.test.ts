import {
  createPlatewright,
  type Diagnostic,
  definePipeline,
  isPlatewrightError,
  type MetadataResolver,
  type Plan,
  type Plugin,
  step,
  use,
} from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "../pipeline/fixtures/backends.ts";
import { add } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";

const positions: MetadataResolver<"stagePositions"> = {
  kind: "metadata",
  key: "stagePositions",
  async resolve({ backend }) {
    return (await backend.readValue?.("positions.json")) as [number, number][] | undefined;
  },
};
const asks = grid({ name: "asks", specialInputs: ["stagePositions"] }, (stack) => stack);
const may = grid({ name: "may", specialInputs: ["stagePositions?"] }, (stack) => stack);
const failing = (fail: () => never): MetadataResolver<"stagePositions"> => ({ ...positions, resolve: fail });

const compile = async (run: unknown, positionsThere: unknown, ...plugins: readonly Plugin[]) => {
  const bench = await createBench({}, ...plugins);
  if (positionsThere !== undefined) bench.disk.put("/plates/test", "positions.json", positionsThere);
  const pipeline = definePipeline({ name: "a", steps: [step("one", run as typeof add)] });
  return bench.pw.compile(pipeline, bench.plate);
};
const injectedOf = (plan: Plan) => plan.steps[0]?.chains["*"]?.calls[0]?.injected;
const problemsOf = async (...given: Parameters<typeof compile>) => {
  const thrown: unknown = await compile(...given).catch((error: unknown) => error);
  if (!isPlatewrightError(thrown, "compile")) throw thrown;
  return thrown.details.diagnostics as readonly Diagnostic[];
};

test("what a plugin's resolver finds is injected into those who ask for it", async () => {
  const found = [
    [0, 1],
    [5, 6],
  ];
  expect(injectedOf(await compile(asks, found, positions))).toEqual({ stagePositions: found });
  expect(injectedOf(await compile(add, found, positions))).toEqual({});
});

test("a resolver that nobody asks is not called", async () => {
  const never = failing(() => {
    throw new Error("called");
  });
  expect(injectedOf(await compile(add, undefined, never))).toEqual({});
});

test("without the resolver, or where it knows nothing, the diagnostic says what would help", async () => {
  expect(await problemsOf(asks, undefined)).toMatchObject([
    {
      code: "special-input-missing",
      hint: expect.stringContaining('install a plugin { kind: "metadata", key: "stagePositions", resolve }'),
    },
  ]);
  const nothing = { ...positions, resolve: () => undefined };
  expect(await problemsOf(asks, undefined, nothing)).toMatchObject([
    { code: "metadata-missing", hint: "Give it by hand: use(asks, { stagePositions: … })." },
  ]);
  expect(injectedOf(await compile(may, undefined, nothing))).toEqual({});
});

test("by hand it may be given with or without a resolver", async () => {
  const byHand = use(asks, { stagePositions: [[1, 2]] });
  expect(injectedOf(await compile(byHand, undefined))).toEqual({ stagePositions: [[1, 2]] });
  expect(injectedOf(await compile(byHand, [[9, 9]], positions))).toEqual({ stagePositions: [[1, 2]] });
});

test("a resolver that fails, or gives what a plan can't keep, is a diagnostic, for an optional input too", async () => {
  const throwing = failing(() => {
    throw new Error("the file is damaged");
  });
  for (const run of [asks, may]) {
    expect(await problemsOf(run, undefined, throwing)).toMatchObject([
      { step: "one", code: "metadata-failed", message: expect.stringContaining("the file is damaged") },
    ]);
  }
  const odd = { ...positions, resolve: () => new Map() as never };
  expect(await problemsOf(asks, undefined, odd)).toMatchObject([{ code: "metadata-failed" }]);
});

test("a plugin may take the place of a resolver of core's own, but not of another plugin's", async () => {
  const size: MetadataResolver<"pixelSize"> = { kind: "metadata", key: "pixelSize", resolve: () => 7 };
  const sized = grid({ name: "sized", specialInputs: ["pixelSize"] }, (stack) => stack);
  expect(injectedOf(await compile(sized, undefined, size))).toEqual({ pixelSize: 7 });
  expect(() => createPlatewright(size, { ...size })).toThrow('Two plugins give the metadata "pixelSize".');
});
