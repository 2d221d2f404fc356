import { compareWells, normalizeWell, parseWell, rowName, wellName } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";

test("wells are read as they are printed and as microscopes write them", () => {
  expect(parseWell("A1")).toEqual({ row: 0, column: 0 });
  expect(parseWell("af48")).toEqual({ row: 31, column: 47 });
  expect(parseWell("R03C05")).toEqual({ row: 2, column: 4 });
  expect([rowName(25), rowName(26), rowName(31)]).toEqual(["Z", "AA", "AF"]);
  expect([normalizeWell("r1c1"), normalizeWell("b2")]).toEqual(["A01", "B02"]);
  for (const text of ["", "A", "1", "A0", "A00", "R00C01", "A001", "ABC1", "A1 ", "A-1"]) {
    expect(parseWell(text)).toBeUndefined();
  }
  expect(() => normalizeWell("well 3")).toThrow('"well 3" names no well. Wells are named like "A01".');
});

test("wells are ordered by row and column, also on plates of more than 26 rows", () => {
  const wells = ["AF48", "B02", "AA01", "Z48", "A10", "A02"];
  expect(wells.sort(compareWells)).toEqual(["A02", "A10", "B02", "Z48", "AA01", "AF48"]);
});

test("property: a well's name is read back to the same well", () => {
  const wells = fc.record({ row: fc.integer({ min: 0, max: 701 }), column: fc.integer({ min: 0, max: 98 }) });
  fc.assert(
    fc.property(wells, (well) => {
      expect(parseWell(wellName(well))).toEqual(well);
    }),
  );
});
