import { excludeWells, parseWell, rowName, selectWells, wellName } from "@platewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";

const plate = ["A01", "A02", "A03", "B01", "B02", "C01", "C03"];

test.each([
  [2, ["A01", "A02"]],
  ["2", ["A01", "A02"]],
  ["A01", ["A01"]],
  ["a1", ["A01"]],
  ["R03C03", ["C03"]],
  ["B02, A01", ["A01", "B02"]],
  ["row:A", ["A01", "A02", "A03"]],
  ["row:b-C", ["B01", "B02", "C01", "C03"]],
  ["col:01-02", ["A01", "A02", "B01", "B02", "C01"]],
  ["column:3", ["A03", "C03"]],
  ["A01:A03", ["A01", "A02", "A03"]],
  ["B02:A01", ["A01", "A02", "B01", "B02"]],
  ["A0*", ["A01", "A02", "A03"]],
  ["*03", ["A03", "C03"]],
  ["row:A,col:01", ["A01", "A02", "A03", "B01", "C01"]],
])("the filter %j names %j", (filter, wells) => {
  expect(selectWells(plate, [filter])).toEqual(wells);
});

test("several filters add up, none names all", () => {
  expect(selectWells(plate, ["C03", 1])).toEqual(["A01", "C03"]);
  expect(selectWells(plate)).toEqual(plate);
  expect(excludeWells(plate, ["row:A", "C01"])).toEqual(["B01", "B02", "C03"]);
  expect(excludeWells(plate)).toEqual(plate);
});

test.each([
  ["D01", 'No well of the plate fits "D01". The plate has A01, A02, A03, B01, B02, C01, C03.'],
  ["A01,D01", 'No well of the plate fits "D01".'],
  ["row:H", 'No well of the plate fits "row:H".'],
  ["A05:A09", 'No well of the plate fits "A05:A09".'],
  [8, "8 wells are asked for, but the plate has 7: A01, A02"],
  ["8", "8 wells are asked for, but the plate has 7"],
  [0, "0 is no number of wells."],
  [1.5, "1.5 is no number of wells."],
  ["", '"" is no well filter. Write A01, A01,B02, row:A'],
  ["A01:", '"A01:" is no well filter.'],
  ["A01:A02:rest", '"A01:A02:rest" is no well filter.'],
  ["A01:A02:A03", '"A01:A02:A03" is no well filter.'],
  ["row:1", '"row:1" is no well filter.'],
  ["A0[1]*", '"A0[1]*" is no well filter.'],
])("the filter %j is an error", (filter, message) => {
  expect(() => selectWells(plate, [filter])).toThrow(message);
});

const wellsOf = (rows: number, columns: number): string[] =>
  Array.from({ length: rows * columns }, (_, i) =>
    wellName({ row: Math.floor(i / columns), column: i % columns }),
  );

test("property: on any plate, rows, columns and rectangles name just the wells that lie in them", () => {
  const span = fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  fc.assert(
    fc.property(
      fc.subarray(wellsOf(32, 48), { minLength: 1, maxLength: 60 }),
      span,
      span,
      (wells, rows, columns) => {
        const inRows = ({ row }: { row: number }) => row >= rows[0] && row <= rows[1];
        const inColumns = ({ column }: { column: number }) => column >= columns[0] && column <= columns[1];
        const corner = (i: 0 | 1) => wellName({ row: rows[i], column: columns[i] });
        const expectWells = (filter: string, test: (at: { row: number; column: number }) => boolean) => {
          const expected = wells.filter((well) => test(parseWell(well) ?? { row: -1, column: -1 }));
          if (expected.length > 0) expect(selectWells(wells, [filter])).toEqual(expected);
          else expect(() => selectWells(wells, [filter])).toThrow("No well of the plate fits");
        };
        expectWells(`row:${rowName(rows[0])}-${rowName(rows[1])}`, inRows);
        expectWells(`col:${columns[0] + 1}-${columns[1] + 1}`, inColumns);
        expectWells(`${corner(0)}:${corner(1)}`, (at) => inRows(at) && inColumns(at));
        expectWells(`${rowName(rows[0])}*`, ({ row }) => rowName(row).startsWith(rowName(rows[0])));
      },
    ),
  );
});

test("property: selected and excluded wells are the whole plate, in its order", () => {
  fc.assert(
    fc.property(fc.subarray(wellsOf(8, 12), { minLength: 1 }), fc.nat(95), (wells, at) => {
      const filter = wells[at % wells.length] as string;
      const selected = selectWells(wells, [filter]);
      const left = excludeWells(wells, [filter]);
      expect(wells.filter((well) => selected.includes(well) || left.includes(well))).toEqual(wells);
      expect(selected).toEqual([filter]);
      expect(left).toHaveLength(wells.length - 1);
    }),
  );
});
