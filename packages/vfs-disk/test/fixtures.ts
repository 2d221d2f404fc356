import { readFileSync } from "node:fs";
import { createTypedArray, type DType, sizeOf, type TypedArray } from "@platewright/core";

/** What a fixture holds, as index.json says. */
export interface Fixture {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly pixelSize?: { readonly x: number; readonly y: number };
}

/** The folder of the fixtures. */
export const fixtureFolder = new URL("./fixtures/", import.meta.url);

/** The bytes of a fixture. */
export function fixtureBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, fixtureFolder)));
}

/** All fixtures that can be read, of one ending. */
export function fixtures(ending: string): readonly Fixture[] {
  const index: Record<string, Omit<Fixture, "name">> = JSON.parse(
    readFileSync(new URL("index.json", fixtureFolder), "utf8"),
  );
  return Object.entries(index)
    .filter(([name]) => name.endsWith(ending))
    .map(([name, found]) => ({ name, ...found }));
}

/** The pixels that the formula of make_fixtures.py gives; `firstPage` is the number of the first page. */
export function formulaPixels(dtype: DType, shape: readonly number[], firstPage = 0): TypedArray {
  const [height = 1, width = 1] = shape.slice(-2);
  const data = createTypedArray(dtype, sizeOf(shape));
  for (let at = 0; at < data.length; at += 1) {
    const x = at % width;
    const y = Math.floor(at / width) % height;
    const page = firstPage + Math.floor(at / (width * height));
    if (dtype === "bool") data[at] = (3 * x + 5 * y + page) % 4 === 0 ? 1 : 0;
    else if (dtype.startsWith("float")) data[at] = (((7 * x + 31 * y + 101 * page) % 97) - 40) * 0.375;
    else data[at] = 7919 * x + 104729 * y + 1299709 * page;
  }
  return data;
}
