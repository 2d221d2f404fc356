import { contractKey, contractOf, defineContract, family, step, use } from "@platewright/core";
import { expect, test } from "vitest";
import { grid } from "./fixtures/backends.ts";

test("the function itself is returned, with a frozen contract", () => {
  const fn = (stack: never): never => stack;
  const declared = grid({ name: "same", halo: 2 }, fn as never);
  expect(declared).toBe(fn);
  expect(contractOf(declared)).toMatchObject({
    name: "same",
    input: "grid",
    output: "grid",
    unit: "stack",
    slices: "same",
    halo: 2,
    specialInputs: [],
  });
  expect(Object.isFrozen(contractOf(declared))).toBe(true);
  expect(Object.keys(declared)).toEqual([]);
  expect(contractKey).toBe(Symbol.for("@platewright/core/contract@1"));
  expect(() => grid({ name: "again" }, fn as never)).toThrow('"same" is declared already');
  expect(contractOf(() => 1)).toBeUndefined();
});
test("plain data", () => {
  const contract = defineContract({ name: "g" });
  const g = family("g", { grid: grid(contract, (stack) => stack) });
  expect(step("s", [g, use(g.grid)]).run).toHaveLength(2);
  expect(() => family("g", { shader: g.grid } as never)).toThrow('The shader variant of "g" takes grid.');
});
