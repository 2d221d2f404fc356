import { definePhase, family, step, taskStep, use } from "@platewright/core";
import { createTensor } from "../../support/devices.ts";
import { add, findPeak, fromPeak, project } from "../../support/functions.ts";
import { createFakeDisk } from "../../support/storage.ts";
import {
  again,
  blur,
  byTensor,
  gpu,
  loose,
  needsGrid,
  needsPositions,
  needsSize,
  nothing,
  otherNothing,
  size,
  strange,
  twoTypes,
} from "./functions.ts";
import { one, type Wrong } from "./wrong.ts";

/** Special inputs and outputs, metadata, storages, memory types, devices and memory. */
export const wrongLinks: readonly Wrong[] = [
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
    step: null,
    steps: one(add),
    options: { settings: { storage: "zarr" } },
    says: 'the storage "zarr", which is not installed. Installed: disk.',
  },
  {
    code: "output-inside-plate",
    step: null,
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
    also: ["device-missing"],
    steps: one([add, gpu]),
    says: 'gpu takes shader, but add before it gives grid. Use the grid variant of gpu, or set conversions: "auto" on the step.',
  },
  {
    code: "device-missing",
    steps: one(gpu),
    says: "It runs on shader, but there is no device for it. Plug one in. Or use functions of a CPU memory type, or set cpuFallback: true",
  },
  {
    code: "device-missing",
    steps: one(gpu, { cpuFallback: true }),
    says: 'or take "gpu" from a family that has a CPU variant (cpuFallback finds none for it).',
  },
  {
    code: "device-missing",
    steps: one([add, blur], { conversions: "auto" }),
    says: "It runs on shader, but there is no device for it.",
  },
  {
    code: "memory-limit",
    steps: one(add),
    options: { settings: { memoryLimit: 71 } },
    says: "It needs 72 bytes of arrays and working memory at once, but the memory limit is 71 bytes. Raise the limit to 72, or put a projection before it, so that its stacks have fewer slices.",
  },
  {
    code: "memory-limit",
    steps: [
      step("one", add),
      step("two", add),
      step("three", project, { checkpoint: true }),
      step("four", add, { inputSource: "one" }),
    ],
    options: { settings: { memoryLimit: 80 } },
    says: '36 bytes of it are what step "one" gave and a later unit still reads (inputSource: "plate" reads again instead)',
  },
  {
    code: "memory-limit",
    steps: one(add, { variableComponents: ["channel", "z"] }),
    options: { settings: { memoryLimit: 100 } },
    says: "take fewer components into its stacks than channel and z",
  },
  {
    code: "memory-limit",
    plate: { planes: 1 },
    steps: one(add),
    options: { settings: { memoryLimit: 10 } },
    says: "but the memory limit is 10 bytes. Raise the limit to 24.",
  },
  {
    code: "special-input-given",
    step: "two",
    steps: [step("one", findPeak), step("two", use(fromPeak, { peak: 3 } as {}))],
    says: 'fromPeak is given "peak" by hand, but step "one" gives it. Leave peak out of use(fromPeak, …)',
  },
  {
    code: "metadata-failed",
    steps: one(needsPositions),
    plugins: [
      {
        kind: "metadata",
        key: "stagePositions",
        resolve: () => {
          throw new Error("positions.csv is damaged");
        },
      },
    ],
    says: "needsPositions needs stagePositions, but positions.csv is damaged. Give it by hand",
  },
  {
    code: "metadata-missing",
    steps: one(needsSize),
    plate: { index: { pixelSize: { x: 1, y: 2, unit: "µm" } } },
    says: "needsSize needs pixelSize, which the plate does not tell.",
  },
  {
    code: "special-input-missing",
    steps: one(needsPositions),
    says: 'or install a plugin { kind: "metadata", key: "stagePositions", resolve } if the plate tells it.',
  },
  {
    code: "task-storage",
    step: "two",
    steps: [step("one", add, { storage: "arrays" }), taskStep("two", nothing)],
    plugins: [{ ...createFakeDisk("arrays").provider, keepsPlates: true }],
    says: 'the images of step "one" go to the storage "arrays", which keeps them as arrays of a plate. Set storage: "disk" on step "one".',
  },
  {
    code: "task-storage",
    step: "two",
    steps: [step("one", add, { storage: "fleeting" }), taskStep("two", nothing), step("three", add)],
    plugins: [{ ...createFakeDisk("fleeting").provider, persistent: false }],
    says: "which does not outlive the run",
  },
  {
    code: "task-storage",
    step: "three",
    steps: [
      step("one", add, { storage: "arrays" }),
      step("two", add, { wells: "A01", checkpoint: true }),
      taskStep("three", nothing),
    ],
    plugins: [{ ...createFakeDisk("arrays").provider, keepsPlates: true }],
    says: 'the images of step "one" go to the storage "arrays"',
  },
  {
    code: "setting",
    step: "two",
    steps: [step("one", add), taskStep("two", nothing, { checkpoint: true } as {})],
    says: 'It sets "checkpoint", which is no option of a step that works on files.',
  },
  {
    code: "parameter-type",
    step: "two",
    steps: [step("one", add), taskStep("two", nothing, { params: new Map() } as {})],
    says: "nothing got params: [object Map], which a plan can't keep.",
  },
  {
    code: "input-source-unknown",
    step: "three",
    steps: [step("one", add), taskStep("two", nothing), step("three", add, { inputSource: "two" })],
    says: 'It reads from "two", which works on files and gives no images. Steps before it: "one"; or write "plate".',
  },
  {
    code: "undeclared-function",
    step: "three",
    steps: [step("one", add), taskStep("two", nothing), taskStep("three", otherNothing)],
    says: 'Two different tasks are declared as "nothing@1".',
  },
  {
    code: "phase-failed",
    step: null,
    steps: one(add),
    plugins: [
      definePhase({
        name: "mine",
        after: "zarr-stores",
        run: () => {
          throw new Error("no table");
        },
      }),
    ],
    says: "It failed: no table. Mend the plugin, or leave it out.",
  },
  {
    code: "phase-failed",
    step: null,
    steps: one(add),
    plugins: [definePhase({ name: "mine", after: "step-plans", run: () => new Date(0) })],
    says: "which a plan can't keep",
  },
  {
    code: "no-conversion",
    steps: one(byTensor),
    plate: { dtype: "float64" },
    plugins: [{ ...createTensor().type, dtypes: ["uint8", "float32"] }],
    says: "Its images are float64, which tensor can't hold.",
  },
  {
    code: "output-inside-plate",
    step: null,
    steps: one(add),
    options: { out: "/plates/test" },
    says: 'The output folder "/plates/test" lies inside the plate',
  },
  {
    code: "chain-memory-types",
    steps: one([add, byTensor]),
    plugins: [createTensor().type],
    says: "byTensor takes tensor, but add before it gives grid.",
  },
];
