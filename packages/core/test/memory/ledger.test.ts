import { createMemoryRegistry } from "@platewright/core";
import { expect, test } from "vitest";
import { createLedger } from "../../src/memory/ledger.ts";
import { createShader } from "../support/devices.ts";
import { gridBackend, gridFrom } from "../support/grid.ts";

const setUp = () => {
  const shader = createShader();
  const memory = createMemoryRegistry([gridBackend(), shader.type], []);
  return { shader, memory, ledger: createLedger(memory) };
};

test("memory is disposed of once, by its last holder", () => {
  const { shader, ledger } = setUp();
  const array = shader.create([4], "uint16", new Uint16Array(4));
  ledger.hold(array);
  ledger.hold(array);
  expect(ledger.liveBytes).toBe(8);
  ledger.drop(array);
  expect([shader.live(), ledger.liveBytes]).toEqual([1, 8]);
  ledger.drop(array);
  ledger.drop(array);
  expect([shader.live(), shader.twice(), ledger.liveBytes, ledger.peakDeviceBytes]).toEqual([0, 0, 0, 8]);
});

test("two arrays over the same memory are one piece, also of two memory types", async () => {
  const { memory, ledger } = setUp();
  const array = gridFrom([2, 3, 4], "uint16", (i) => i);
  const host = await memory.convert(array, "host");
  ledger.hold(array);
  ledger.hold(host);
  ledger.hold(array.pick(1));
  expect(ledger.liveBytes).toBe(48);
  ledger.drop(array);
  ledger.drop(array.pick(0));
  expect(ledger.liveBytes).toBe(48);
  ledger.drop(host);
  expect(ledger.liveBytes).toBe(0);
});
