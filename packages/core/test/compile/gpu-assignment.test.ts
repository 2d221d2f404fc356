import { definePipeline, type GlobalSettings, memoryTypes, type Pipeline, step } from "@platewright/core";
import { expect, test } from "vitest";
import { shader } from "../pipeline/fixtures/backends.ts";
import { createShader } from "../support/devices.ts";
import { createFakeDevices, type FakeDevices } from "../support/fake-devices.ts";
import { add } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";

const gpu = shader({ name: "gpu" }, (stack) => stack);

const planOn = async (devices: FakeDevices, steps: Pipeline["steps"], settings: GlobalSettings = {}) => {
  const { pw, plate } = await createBench({ wells: ["A01", "A02", "A03"] }, createShader(devices).type);
  return pw.compile(definePipeline({ name: "a", steps }), plate, { settings });
};
const devicesOf = async (...given: Parameters<typeof planOn>) =>
  Object.values((await planOn(...given)).wells).map(({ devices }) => devices?.shader);

test("wells are spread over the devices there are", async () => {
  const devices = createFakeDevices(["gpu:0", "gpu:1"]);
  expect(await devicesOf(devices, [step("a", gpu)])).toEqual(["gpu:0", "gpu:1", "gpu:0"]);
});

test("a device gets wells in proportion to its memory", async () => {
  const devices = createFakeDevices(["gpu:0", "gpu:1"]);
  const list = async () =>
    (await devices.provider.list()).map((device) => ({
      ...device,
      budgetBytes: device.id === "gpu:0" ? 1000 : 3000,
    }));
  const uneven = { ...devices, provider: { ...devices.provider, list } };
  expect(await devicesOf(uneven, [step("a", gpu)])).toEqual(["gpu:1", "gpu:1", "gpu:0"]);
});

test("a function that only gives arrays of the GPU needs a device too", async () => {
  const upload = memoryTypes({ name: "upload", input: "grid", output: "shader" }, () => {
    throw new Error("never run");
  });
  const devices = createFakeDevices(["gpu:0"]);
  expect(await devicesOf(devices, [step("a", upload)])).toEqual(["gpu:0", "gpu:0", "gpu:0"]);
});

test("a setting keeps the run to one device", async () => {
  const devices = createFakeDevices(["gpu:0", "gpu:1"]);
  expect(await devicesOf(devices, [step("a", gpu)], { device: "gpu:1" })).toEqual([
    "gpu:1",
    "gpu:1",
    "gpu:1",
  ]);
  await expect(devicesOf(devices, [step("a", gpu)], { device: "gpu:7" })).rejects.toThrow(
    'There is no "gpu:7". There are: gpu:0, gpu:1.',
  );
});

test("a function on the GPU in the middle of a chain needs a device, CPU steps need none", async () => {
  const devices = createFakeDevices(["gpu:0"]);
  expect(await devicesOf(devices, [step("a", [add, gpu, add], { conversions: "auto" })])).toEqual([
    "gpu:0",
    "gpu:0",
    "gpu:0",
  ]);
  expect(await devicesOf(devices, [step("a", add)])).toEqual([undefined, undefined, undefined]);
});

test("the plan says what the devices are", async () => {
  const { devices } = await planOn(createFakeDevices(["gpu:0"], 5000, { processor: "software" }), [
    step("a", gpu),
  ]);
  expect(devices).toEqual([{ id: "gpu:0", name: "Fake gpu:0", processor: "software", budgetBytes: 5000 }]);
});

test("no device is a diagnostic that says what would help", async () => {
  await expect(planOn(createFakeDevices([]), [step("a", gpu)])).rejects.toThrow(
    "It runs on shader, but there is no device for it. Plug one in.",
  );
});
