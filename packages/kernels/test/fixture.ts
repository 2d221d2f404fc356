import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import type { Pixels, Slice } from "../src/index.ts";

/** An array as make_fixtures.py writes it. */
export interface StoredArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string;
}

const TYPES: Readonly<Record<string, (buffer: ArrayBuffer) => Pixels>> = {
  uint8: (buffer) => new Uint8Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  uint16: (buffer) => new Uint16Array(buffer),
  int16: (buffer) => new Int16Array(buffer),
  uint32: (buffer) => new Uint32Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => new Float64Array(buffer),
};

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8")) as T;
}

export function toSlice({ dtype, shape, data }: StoredArray): Slice {
  const create = TYPES[dtype];
  if (!create) throw new Error(`A fixture holds ${dtype}, which no typed array does.`);
  const bytes = Uint8Array.from(inflateSync(Buffer.from(data, "base64")));
  return { data: create(bytes.buffer), height: shape[0] ?? 0, width: shape[1] ?? 0 };
}
