import { definePipeline, type Pipeline, step } from "@platewright/core";
import { expect, test } from "vitest";
import { compilePipeline } from "../../src/compile/compile.ts";
import { shader } from "../pipeline/fixtures/backends.ts";
import { createShader } from "../support/devices.ts";
import { add } from "../support/functions.ts";
import { createBench } from "../support/plate.ts";

const gpu = shader({ name: "gpu" }, (stack) => stack);

const devicesOf = async (devices: readonly string[], steps: Pipeline["steps"]) => {
  const { pw, plate } = await createBench({ wells: ["A01", "A02", "A03"] }, createShader().type);
  const installed = { memory: pw.memory, storages: pw.storages, devices: new Map([["shader", devices]]) };
  const { plan } = await compilePipeline(definePipeline({ name: "a", steps }), plate, installed);
  return Object.values(plan.wells).map(({ device }) => device);
};

test("wells are spread over the devices there are", async () => {
  expect(await devicesOf(["gpu:0", "gpu:1"], [step("a", gpu)])).toEqual(["gpu:0", "gpu:1", "gpu:0"]);
});

test("a function on the GPU in the middle of a chain needs a device, CPU steps need none", async () => {
  expect(await devicesOf(["gpu:0"], [step("a", [add, gpu, add], { conversions: "auto" })])).toEqual([
    "gpu:0",
    "gpu:0",
    "gpu:0",
  ]);
  expect(await devicesOf(["gpu:0"], [step("a", add)])).toEqual([undefined, undefined, undefined]);
});

test("no device is a diagnostic", async () => {
  await expect(devicesOf([], [step("a", gpu)])).rejects.toThrow(
    "It runs on shader, but there is no device for it.",
  );
});
