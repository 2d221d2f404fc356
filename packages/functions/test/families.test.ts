import { contractOf, type Declared, step, use } from "@platewright/core";
import * as families from "@platewright/functions/families";
import { expect, it } from "vitest";

it.each(Object.entries(families))("%s has the same contract in every memory type", (name, variants) => {
  const contracts = Object.entries(variants).map(([memoryType, fn]) => {
    const { input, output, cost: _, workspace: __, ...rest } = contractOf(fn as Declared);
    expect([input, output]).toEqual([memoryType, memoryType]);
    return rest;
  });
  expect(contracts.map((contract) => contract.name)).toEqual([name, name, name]);
  for (const contract of contracts) expect(contract).toEqual(contracts[0]);
});

it("a family is used like a function, and a variant pins the memory type", () => {
  expect(step("smooth", use(families.gaussian, { sigma: 2 })).name).toBe("smooth");
  expect(contractOf(families.gaussian.tfjs).input).toBe("tfjs");
});
