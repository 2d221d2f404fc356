import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { decodeCsv, disk, encodeCsv } from "../src/index.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (csv: string) => new TextEncoder().encode(csv);

describe("CSV", () => {
  it("has every key as a column, in the order first seen, and numbers in their shortest form", () => {
    const table = [
      { well: "A01", area: 0.1 + 0.2 },
      { well: "B,02", mean: 1e21, area: -0 },
      { note: 'say "µ"\nhere' },
    ];
    expect(text(encodeCsv(table))).toBe(
      'well,area,mean,note\nA01,0.30000000000000004,,\n"B,02",-0,1e+21,\n,,,"say ""µ""\nhere"\n',
    );
  });

  it("reads a number only where the text is its shortest form", () => {
    expect(decodeCsv(bytes("a,b,c,d,e,f\r\n1,007,1.50,-0.25,NaN,\r\n"))).toEqual([
      { a: 1, b: "007", c: "1.50", d: -0.25, e: Number.NaN, f: "" },
    ]);
  });

  it("keeps every table of numbers and text that is no number", () => {
    const letters = [..."aZ0.,;\"'\n\r\t =-+µ😀"];
    const word = fc
      .string({ unit: fc.constantFrom(...letters) })
      .filter((each) => String(Number(each)) !== each && each !== "-0");
    const value = fc.oneof(fc.double(), fc.integer(), word);
    const column = word.filter((each) => !each.startsWith("\ufeff"));
    const table = fc.uniqueArray(column, { minLength: 1, maxLength: 5 }).chain((columns) =>
      fc.array(
        fc
          .tuple(...columns.map(() => value))
          .map((row) => Object.fromEntries(columns.map((each, at) => [each, row[at] ?? ""]))),
        { minLength: 1 },
      ),
    );
    fc.assert(
      fc.property(table, (records) => {
        expect(decodeCsv(encodeCsv(records))).toEqual(records);
      }),
      { numRuns: 300 },
    );
  });

  it("is read by Python", () => {
    const csv = text(
      encodeCsv([
        { a: 'x "y", z', b: 0.1 },
        { a: "two\nlines", b: 1e-7 },
      ]),
    );
    const rows = runPython(
      "import csv, io, json, sys; print(json.dumps(list(csv.DictReader(io.StringIO(sys.argv[1], newline='')))))",
      [csv],
    );
    expect(JSON.parse(rows)).toEqual([
      { a: 'x "y", z', b: "0.1" },
      { a: "two\nlines", b: "1e-7" },
    ]);
  });

  it("of no rows is an empty file", () => {
    expect(encodeCsv([]).length).toBe(0);
    expect(decodeCsv(new Uint8Array(0))).toEqual([]);
  });

  it("says what is wrong with a table", async () => {
    expect(() => decodeCsv(bytes("a,a\n1,2\n"))).toThrow('has two columns "a"');
    expect(() => decodeCsv(bytes("a,b\n1\n"), { name: "t.csv" })).toThrow(/^"t\.csv" is no CSV table/);
    expect(() => decodeCsv(Uint8Array.of(0x61, 0x0a, 0xff))).toThrow(/no CSV table/);
    expect(() => encodeCsv([{ a: [1] as never }])).toThrow('row 0 holds no plain value in "a"');
    const storage = await disk().open(temporaryFolder());
    await expect(storage.writeValue?.("t.csv", { a: 1 })).rejects.toThrow("it is no list of records");
    expect(await storage.has("t.csv")).toBe(false);
  });
});

describe("JSON", () => {
  it("keeps every JSON value", async () => {
    const storage = await disk().open(temporaryFolder());
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        await storage.writeValue?.("x.json", value, { overwrite: true });
        expect(await storage.readValue?.("x.json")).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 30 },
    );
  });

  it("says what is wrong with a file or value", async () => {
    const storage = await disk().open(temporaryFolder());
    await storage.write?.("x.json", bytes("{ oops"));
    await expect(storage.readValue?.("x.json")).rejects.toThrow(/^"x\.json" is no JSON: /);
    await expect(storage.writeValue?.("y.json", undefined)).rejects.toThrow("can't be JSON: it is undefined");
    const circle: { self?: unknown } = {};
    circle.self = circle;
    await expect(storage.writeValue?.("y.json", circle)).rejects.toMatchObject({ code: "storage" });
  });
});
