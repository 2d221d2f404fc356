import {
  type createPlatewright,
  definePipeline,
  explainPlan,
  outOfMemory,
  type Pipeline,
  type Plan,
  type RunEvent,
  sizeOf,
  step,
} from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { grid, shader } from "../pipeline/fixtures/backends.ts";
import { type Counted, createShader } from "../support/devices.ts";
import { createFakeDevices, type FakeDevices } from "../support/fake-devices.ts";
import { functionsOn, spread } from "../support/gpu-functions.ts";
import { gridFrom, valuesOf } from "../support/grid.ts";
import { createBench, type PlateSpec } from "../support/plate.ts";
import { contentOf } from "../support/storage.ts";

const plate: PlateSpec = { wells: ["A01", "A02"], channels: 1, planes: 4, shape: [40, 36] };
const stackBytes = 4 * 40 * 36 * 2;

interface Trial {
  readonly content: Readonly<Record<string, unknown>>;
  readonly events: readonly RunEvent[];
  readonly report: Awaited<ReturnType<ReturnType<typeof createPlatewright>["run"]>>;
  readonly shaders: Counted<"shader">;
}

const runOn = async (
  devices: FakeDevices,
  stepsOf: (functions: ReturnType<typeof functionsOn>) => Pipeline["steps"],
  spec: PlateSpec = plate,
  settings: Pipeline["settings"] = {},
): Promise<Trial> => {
  const shaders = createShader(devices);
  const bench = await createBench(spec, shaders.type);
  const pipeline = definePipeline({ name: "a", steps: stepsOf(functionsOn(shaders)), settings });
  const plan = await bench.pw.compile(pipeline, bench.plate);
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => events.push(event);
  const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results", onEvent });
  const content = Object.fromEntries(
    Object.entries(contentOf(bench.disk, "/results")).filter(([path]) => path.startsWith("images/")),
  );
  return { content, events, report, shaders };
};

const rungsOf = ({ events }: Trial) => [
  ...new Set(events.flatMap((event) => (event.type === "memory-recovery" ? [event.rung] : []))),
];
const onGpu = ({ spread, plus, max }: ReturnType<typeof functionsOn>) => [
  step("spread", spread.shader),
  step("plus", plus.shader),
  step("max", max.shader),
];
const undisturbed = () => runOn(createFakeDevices(["gpu:0"]), onGpu);

/** Nothing is left, whatever happened. */
function expectNothingLeft(
  { shaders, events }: Trial,
  devices: FakeDevices,
  ...ids: readonly string[]
): void {
  expect([shaders.live(), shaders.twice(), devices.leased()]).toEqual([0, 0, 0]);
  for (const id of ids) expect(devices.usage(id)).toMatchObject({ liveBytes: 0, liveBuffers: 0 });
  expect(events.filter(({ type }) => type === "memory-leak")).toEqual([]);
}

test("with room enough nothing has to be recovered", async () => {
  const trial = await undisturbed();
  expect(trial.report.status).toBe("complete");
  expect(rungsOf(trial)).toEqual([]);
  expect(trial.report.devices).toEqual(["gpu:0"]);
  expect(trial.report.memory.peakDeviceBytes).toBe(2 * stackBytes);
});

test.each([
  ["a little too small: slices", 1.9 * stackBytes, ["release-pools", "split-slices"]],
  ["smaller than two slices: tiles", 0.4 * stackBytes, ["release-pools", "split-slices", "split-tiles"]],
])("a budget that is %s give the same pixels", async (_, budget, rungs) => {
  const devices = createFakeDevices(["gpu:0"], Math.floor(budget));
  const trial = await runOn(devices, onGpu);
  expect(trial.report.status).toBe("complete");
  expect(rungsOf(trial)).toEqual(rungs);
  expect(trial.content).toEqual((await undisturbed()).content);
  expectNothingLeft(trial, devices, "gpu:0");
});

test("stacks that wait for a later step make room on the device", async () => {
  const steps = ({ plus, max }: ReturnType<typeof functionsOn>) => [
    step("plus", plus.shader),
    step("max", max.shader, { variableComponents: ["channel", "z"] }),
  ];
  const spec = { ...plate, channels: 3 };
  const devices = createFakeDevices(["gpu:0"], Math.floor(3.3 * stackBytes));
  const trial = await runOn(devices, steps, spec);
  expect(trial.report.status).toBe("complete");
  expect(rungsOf(trial)).toContain("spill");
  expect(trial.content).toEqual((await runOn(createFakeDevices(["gpu:0"]), steps, spec)).content);
  expectNothingLeft(trial, devices, "gpu:0");
});

test("memory of the host that runs out is recovered from, too", async () => {
  const whole = grid({ name: "whole", slicewise: true, halo: 1 }, (stack) => {
    if (sizeOf(stack.shape) > 40 * 36) throw new RangeError("Array buffer allocation failed");
    return gridFrom(stack.shape, stack.dtype, spread(stack.shape, valuesOf(stack)));
  });
  const trial = await runOn(createFakeDevices([]), ({ max }) => [
    step("whole", whole),
    step("max", max.grid),
  ]);
  const easy = await runOn(createFakeDevices([]), ({ spread, max }) => [
    step("s", spread.grid),
    step("max", max.grid),
  ]);
  expect(rungsOf(trial)).toEqual(["release-pools", "split-slices"]);
  expect(trial.content).toEqual(easy.content);
});

test("what the contract forbids is not done: the well fails with the sizes, the others finish", async () => {
  const devices = createFakeDevices(["gpu:0"]);
  let taken = 0;
  devices.beforeTake = (device, requestedBytes) => {
    if (++taken === 2) throw outOfMemory({ device, requestedBytes, liveBytes: 1, budgetBytes: 2 });
  };
  const trial = await runOn(devices, ({ stubborn }) => [step("s", stubborn)]);
  expect(trial.report.status).toBe("partial");
  expect(trial.report.wells.A01?.error?.message).toContain(
    `No memory for a stack of 4 × 40 × 36 uint16 (${stackBytes} bytes)`,
  );
  expectNothingLeft(trial, devices, "gpu:0");
});

test("another device takes over where its memory is larger", async () => {
  const devices = createFakeDevices(["gpu:0", "gpu:1"]);
  devices.beforeTake = (device, requestedBytes) => {
    if (device === "gpu:0") throw outOfMemory({ device, requestedBytes, liveBytes: 0, budgetBytes: 0 });
  };
  const trial = await runOn(devices, onGpu);
  expect(trial.report.status).toBe("complete");
  expect(rungsOf(trial)).toContain("other-device");
  expect(trial.content).toEqual((await undisturbed()).content);
  expectNothingLeft(trial, devices, "gpu:0", "gpu:1");
});

test("a stack that lies on the full device is brought to the other one, also where it can't be split", async () => {
  const whole = (shaders: Counted<"shader">) =>
    shader({ name: "whole" }, (stack) =>
      shaders.create(stack.shape, stack.dtype, shaders.read(stack), shaders.type.describe(stack).device),
    );
  const run = async (devices: FakeDevices) => {
    const shaders = createShader(devices);
    const bench = await createBench({ ...plate, wells: ["A01"] }, shaders.type);
    const pipeline = definePipeline({ name: "a", steps: [step("whole", whole(shaders))] });
    const plan = await bench.pw.compile(pipeline, bench.plate);
    const report = await bench.pw.run(plan, { plate: bench.plate, out: "/results" });
    expect([shaders.live(), devices.leased()]).toEqual([0, 0]);
    return { status: report.status, content: contentOf(bench.disk, "/results") };
  };
  const devices = createFakeDevices(["gpu:0", "gpu:1"]);
  let onFirst = 0;
  devices.beforeTake = (device, requestedBytes) => {
    // Room for the stack that is brought there, none for what is made of it.
    if (device === "gpu:0" && onFirst++ > 0)
      throw outOfMemory({ device, requestedBytes, liveBytes: 1, budgetBytes: 2 });
  };
  const trial = await run(devices);
  expect(trial).toEqual(await run(createFakeDevices(["gpu:0"])));
  expect(trial.status).toBe("complete");
});

test("the CPU variant takes over only where the settings allow it", async () => {
  const tiny = () => createFakeDevices(["gpu:0"], 100);
  const failed = await runOn(tiny(), onGpu);
  expect(failed.report.status).toBe("failed");
  const devices = tiny();
  const trial = await runOn(devices, onGpu, plate, { cpuFallback: true });
  expect(trial.report.status).toBe("complete");
  expect(rungsOf(trial)).toContain("cpu-variant");
  expect(trial.content).toEqual((await undisturbed()).content);
  expectNothingLeft(trial, devices, "gpu:0");
});

test("without a device the CPU variant of a pinned function runs where the settings allow it, and the plan says so", async () => {
  const shaders = createShader(createFakeDevices([]));
  const bench = await createBench(plate, shaders.type);
  const steps = onGpu(functionsOn(shaders));
  const compile = (settings: Pipeline["settings"]) =>
    bench.pw.compile(definePipeline({ name: "a", steps, settings }), bench.plate);
  await expect(compile({})).rejects.toThrow("there is no device for it. Plug one in.");
  const plan = await compile({ cpuFallback: true });
  expect(plan.steps[0]?.chains["*"]?.calls[0]).toMatchObject({ input: "grid", standsInFor: "shader" });
  expect(explainPlan(plan)).toContain("in place of its shader variant, for which there is no device");
  const sent = JSON.parse(JSON.stringify(plan)) as Plan;
  const pipeline = definePipeline({ name: "a", steps });
  const report = await bench.pw.run(sent, { plate: bench.plate, out: "/results", pipeline });
  expect(report.status).toBe("complete");
  const images = Object.entries(contentOf(bench.disk, "/results")).filter(([path]) =>
    path.startsWith("images/"),
  );
  expect(Object.fromEntries(images)).toEqual((await undisturbed()).content);
});

test("a well whose device is lost begins again on a fresh one", async () => {
  const devices = createFakeDevices(["gpu:0"]);
  let taken = 0;
  devices.beforeTake = (id) => {
    if (++taken === 5) devices.lose(id, "the driver was reset");
  };
  const trial = await runOn(devices, onGpu);
  expect(trial.report.status).toBe("complete");
  expect(trial.events).toContainEqual({
    type: "device-lost",
    well: "A02",
    reason: "gpu:0: the driver was reset",
    attempt: 1,
  });
  expect(trial.content).toEqual((await undisturbed()).content);
  expectNothingLeft(trial, devices, "gpu:0");
});

test("a device that is gone for good is replaced by another, or by CPU variants, or the well fails", async () => {
  const vanishing = (...ids: string[]) => {
    const devices = createFakeDevices(ids);
    let taken = 0;
    devices.beforeTake = (id) => {
      if (++taken !== 2) return;
      devices.lose(id, "unplugged");
      devices.remove(id);
    };
    return devices;
  };
  const expected = (await undisturbed()).content;
  const other = await runOn(vanishing("gpu:0", "gpu:1"), onGpu);
  expect([other.report.status, other.content]).toEqual(["complete", expected]);
  const cpu = await runOn(vanishing("gpu:0"), onGpu, plate, { cpuFallback: true });
  expect([cpu.report.status, cpu.content]).toEqual(["complete", expected]);
  const none = await runOn(vanishing("gpu:0"), onGpu);
  expect(none.report.status).toBe("failed");
  expect(none.report.wells.A01?.error?.message).toContain("There is no device left for shader");
});

test("property: two hundred faults at random allocations: the same pixels, or a well that fails with sizes named; nothing left", async () => {
  const expected = (await undisturbed()).content;
  const fault = fc.record({
    at: fc.nat({ max: 24 }),
    kind: fc.constantFrom("full", "lost"),
    lasting: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (faults, cpuFallback) => {
        const devices = createFakeDevices(["gpu:0"]);
        let taken = 0;
        devices.beforeTake = (device, requestedBytes) => {
          const now = taken++;
          for (const { at, kind, lasting } of faults) {
            if (at !== now && !(lasting && at <= now && now < at + 3)) continue;
            if (kind === "lost") devices.lose(device, "shot");
            else throw outOfMemory({ device, requestedBytes, liveBytes: 7, budgetBytes: 9 });
          }
        };
        const trial = await runOn(devices, onGpu, plate, { cpuFallback });
        for (const [well, { status, error }] of Object.entries(trial.report.wells)) {
          if (status === "complete") continue;
          expect(error?.message, well).toMatch(/bytes|lost/);
        }
        for (const [path, image] of Object.entries(trial.content)) expect(image).toEqual(expected[path]);
        if (trial.report.status === "complete") expect(trial.content).toEqual(expected);
        expectNothingLeft(trial, devices, "gpu:0");
      },
    ),
    { numRuns: 200 },
  );
});

test("five hundred wells, a third of them failing on purpose, leave the device as it was", async () => {
  const wells = Array.from(
    { length: 500 },
    (_, i) => `${String.fromCharCode(65 + Math.floor(i / 48))}${String((i % 48) + 1).padStart(2, "0")}`,
  );
  const devices = createFakeDevices(["gpu:0"]);
  let calls = 0;
  const trial = await runOn(
    devices,
    ({ spread, plus }) => {
      const fail = shader({ name: "fail" }, (stack) => {
        if (calls++ % 3 === 0) throw new Error("on purpose");
        return stack;
      });
      return [step("spread", spread.shader), step("fail", fail), step("plus", plus.shader)];
    },
    { wells, channels: 1, planes: 2 },
  );
  const failed = Object.values(trial.report.wells).filter(({ status }) => status === "failed");
  expect([trial.report.status, failed.length]).toEqual(["partial", 167]);
  expectNothingLeft(trial, devices, "gpu:0");
});

test.each([
  [3, "complete"],
  [4, "failed"],
])("a well whose device is lost %i times in a row is %s", async (losses, status) => {
  const devices = createFakeDevices(["gpu:0"]);
  let left = losses;
  devices.beforeTake = (id) => {
    if (left-- > 0) devices.lose(id, "too hot");
  };
  const trial = await runOn(devices, onGpu, { ...plate, wells: ["A01"] });
  expect(trial.report.status).toBe(status);
  const attempts = trial.events.flatMap((event) => (event.type === "device-lost" ? [event.attempt] : []));
  expect(attempts).toEqual([1, 2, 3]);
  expectNothingLeft(trial, devices, "gpu:0");
});

test("a well whose device is lost while the run is stopped does not begin again", async () => {
  const devices = createFakeDevices(["gpu:0"]);
  const controller = new AbortController();
  devices.beforeTake = (id) => {
    devices.lose(id, "too hot");
    controller.abort();
  };
  const shaders = createShader(devices);
  const bench = await createBench({ ...plate, wells: ["A01"] }, shaders.type);
  const pipeline = definePipeline({ name: "a", steps: onGpu(functionsOn(shaders)) });
  const plan = await bench.pw.compile(pipeline, bench.plate);
  const events: RunEvent["type"][] = [];
  await bench.pw.run(plan, {
    plate: bench.plate,
    out: "/results",
    signal: controller.signal,
    onEvent: ({ type }) => events.push(type),
  });
  expect(events).not.toContain("device-lost");
  expect([shaders.live(), devices.leased()]).toEqual([0, 0]);
});
