import { definePipeline, type GlobalSettings, resolveSettings, settingsSchema } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";

test("what nobody sets has its default, and says so", () => {
  expect(resolveSettings({})).toEqual({
    values: {
      cpuFallback: false,
      device: undefined,
      dtype: "preserve",
      conversions: "none",
      missing: "error",
      compression: "none",
      storage: "disk",
      workers: 1,
      memoryLimit: undefined,
      omeZarr: "0.4",
      convertInput: false,
      chunkSize: undefined,
    },
    origins: {
      cpuFallback: "default",
      device: "default",
      dtype: "default",
      conversions: "default",
      missing: "default",
      compression: "default",
      storage: "default",
      workers: "default",
      memoryLimit: "default",
      omeZarr: "default",
      convertInput: "default",
      chunkSize: "default",
    },
  });
});

test("a stronger level wins, undefined inherits, and every value knows its level", () => {
  const { values, origins } = resolveSettings({
    global: { dtype: "native", missing: "skip", workers: 4 },
    pipeline: { dtype: { rescale: [0, 1] }, missing: undefined } as never,
    step: { dtype: undefined } as never,
  });
  expect(values).toMatchObject({ dtype: { rescale: [0, 1] }, missing: "skip", workers: 4 });
  expect(origins).toMatchObject({
    dtype: "pipeline",
    missing: "global",
    workers: "global",
    storage: "default",
  });
});

test.each([
  [
    { global: { colour: "red" } },
    'The global configuration sets "colour", which is no setting. There are: dtype, conversions, cpuFallback, storage, compression, chunkSize, missing, omeZarr, convertInput, workers, memoryLimit, device.',
  ],
  [{ global: { constructor: 1 } }, 'The global configuration sets "constructor", which is no setting.'],
  [
    { pipeline: { workers: 2 } },
    'The pipeline configuration sets "workers", which can only be set at the global level.',
  ],
  [
    { step: { missing: "skip" } },
    'The step configuration sets "missing", which can only be set at the pipeline level.',
  ],
  [{ step: { workers: undefined } }, "can only be set at the global level."],
  [
    { global: { workers: 0 } },
    'The global configuration sets "workers" to 0; it must be a whole number from 1.',
  ],
  [{ global: { workers: Number.NaN } }, '"workers" to NaN; it must be a whole number'],
  [{ global: { memoryLimit: 1.5 } }, '"memoryLimit" to 1.5; it must be a number of bytes.'],
  [
    { step: { dtype: "uint8" } },
    '"dtype" to "uint8"; it must be "preserve", "native" or { rescale: [low, high] }.',
  ],
  [{ step: { dtype: { rescale: [2, 1] } } }, '"dtype" to {"rescale":[2,1]}; it must be'],
  [{ step: { dtype: null } }, '"dtype" to null; it must be'],
  [{ pipeline: { missing: "ignore" } }, '"missing" to "ignore"; it must be "error" or "skip".'],
  [{ global: { storage: "" } }, '"storage" to ""; it must be the name of a storage.'],
])("%j is refused", (levels, message) => {
  expect(() => resolveSettings(levels as never)).toThrow(
    expect.objectContaining({ code: "parameter", message: expect.stringContaining(message) }),
  );
});

test("the schema describes every setting, with the default that is in force and a level where it may stand", () => {
  const schema = settingsSchema();
  const { values } = resolveSettings({});
  expect(Object.keys(schema)).toEqual(Object.keys(values));
  for (const [name, { default: value, level, description, allows }] of Object.entries(schema)) {
    expect(value).toEqual(values[name as keyof typeof values]);
    expect(description).toMatch(/^[A-Z].{20,}\.$/);
    expect(allows.length).toBeGreaterThan(5);
    for (const at of ["global", "pipeline", "step"] as const) {
      const set = () => resolveSettings({ [at]: { [name]: value } } as never);
      if (["global", "pipeline", "step"].indexOf(at) <= ["global", "pipeline", "step"].indexOf(level)) set();
      else expect(set).toThrow(`can only be set at the ${level} level`);
    }
  }
  expect(JSON.parse(JSON.stringify(schema))).toMatchObject({ dtype: { level: "step", default: "preserve" } });
  expect(Object.isFrozen(schema.dtype)).toBe(true);
});

test("a pipeline checks its settings where it is declared", () => {
  expect(() => definePipeline({ name: "a", steps: [], settings: { workers: 2 } as never })).toThrow(
    'The pipeline "a" sets "workers", which can only be set at the global level.',
  );
});

test("the snapshot is frozen to its depths, and the caller's own objects stay theirs", () => {
  const range: [number, number] = [0, 255];
  const settings = { dtype: { rescale: range } };
  const { values } = resolveSettings({ pipeline: settings });
  const pipeline = definePipeline({ name: "a", steps: [], settings });
  range[1] = 10;
  expect(Object.isFrozen(range)).toBe(false);
  for (const { dtype } of [values, pipeline.settings]) {
    expect(dtype).toEqual({ rescale: [0, 255] });
    expect(() => Object.assign((dtype as typeof settings.dtype).rescale, [1])).toThrow(TypeError);
  }
  expect(() => Object.assign(values, { workers: 9 })).toThrow(TypeError);
});

test("property: a setting has the value of the strongest level that sets it", () => {
  const step = {
    dtype: fc.constantFrom("preserve", "native", undefined),
    conversions: fc.constantFrom("none", "auto", undefined),
    compression: fc.constantFrom("deflate", "lzw", undefined),
    storage: fc.constantFrom("disk", "zarr", undefined),
  };
  const pipeline = { ...step, missing: fc.constantFrom("error", "skip", undefined) };
  const global = { ...pipeline, workers: fc.constantFrom(1, 7, undefined) };
  const options = { requiredKeys: [] };
  fc.assert(
    fc.property(
      fc.record(global, options),
      fc.record(pipeline, options),
      fc.record(step, options),
      (...drawn) => {
        const levels = drawn as unknown as readonly Partial<GlobalSettings>[];
        const { values, origins } = resolveSettings({
          global: levels[0],
          pipeline: levels[1],
          step: levels[2],
        } as never);
        const defaults = resolveSettings({}).values;
        for (const name of Object.keys(values) as (keyof GlobalSettings)[]) {
          const at = levels.map((level) => level[name] !== undefined).lastIndexOf(true);
          expect(values[name]).toEqual(at < 0 ? defaults[name] : levels[at]?.[name]);
          expect(origins[name]).toBe(["default", "global", "pipeline", "step"][at + 1]);
        }
      },
    ),
  );
});
