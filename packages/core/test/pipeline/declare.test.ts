import { contractKey, contractOf, defineContract, family, step, use } from "@platewright/core";
import { expect, test } from "vitest";
import { grid, shader } from "./fixtures/backends.ts";

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
test("the variants of a family agree in all that the compiler reads of any of them", () => {
  const spec = { name: "g", specialOutputs: ["cells"] } as const;
  const one = grid(spec, (stack) => [stack, { cells: 1 }]);
  const join = (other: object) => {
    const variant = shader({ ...spec, ...other } as typeof spec, (stack) => [stack, { cells: 1 }]);
    return family("g", { grid: one, shader: variant } as {});
  };
  expect(() => join({})).not.toThrow();
  expect(() => join({ specialOutputs: ["cells"], halo: 3, package: "p" })).not.toThrow();
  for (const [field, value] of Object.entries({
    unit: "slice",
    slices: "one",
    dtype: "int32",
    specialInputs: ["peak"],
    specialOutputs: ["spots"],
    chainBreaker: true,
  })) {
    expect(() => join({ [field]: value })).toThrow(
      expect.objectContaining({
        code: "declaration",
        message: expect.stringContaining(`differ in ${field}:`),
      }),
    );
  }
  expect(() => join({ slices: () => 1 })).toThrow(
    'The variants of "g" differ in slices: grid has "same", shader has a rule. Let them share one contract',
  );
});

test("plain data", () => {
  const contract = defineContract({ name: "g" });
  const g = family("g", { grid: grid(contract, (stack) => stack) });
  expect(step("s", [g, use(g.grid)]).run).toHaveLength(2);
  expect(() => family("g", { shader: g.grid } as never)).toThrow('The shader variant of "g" takes grid.');
});
