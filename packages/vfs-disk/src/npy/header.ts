import type { DType } from "@platewright/core";
import { formatError } from "../format-error.ts";

/** What the header of an .npy file says. */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly littleEndian: boolean;
  /** Whether the first axis moves fastest. */
  readonly fortranOrder: boolean;
  /** Where the values begin. */
  readonly start: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Bytes that hold the length of the header, whatever its version. */
export const npyPrefixBytes = 12;

const dtypeByCode: ReadonlyMap<string, DType> = new Map([
  ["b1", "bool"],
  ["u1", "uint8"],
  ["i1", "int8"],
  ["u2", "uint16"],
  ["i2", "int16"],
  ["u4", "uint32"],
  ["i4", "int32"],
  ["f2", "float16"],
  ["f4", "float32"],
  ["f8", "float64"],
]);

/** The length of the whole header from the file's first 12 bytes. Throws "format" for what is no .npy file. */
export function npyHeaderLength(name: string, prefix: Uint8Array): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const version = prefix[6] ?? 0;
  if (
    prefix.length < npyPrefixBytes ||
    !magic.every((byte, at) => prefix[at] === byte) ||
    version < 1 ||
    version > 3
  ) {
    throw formatError(name, "is no .npy file of version 1 to 3. Write it again with numpy.save.");
  }
  return version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
}

/** Reads the header (numpy.lib.format), the file's first bytes up to its values. Throws "format". */
export function parseNpyHeader(name: string, header: Uint8Array): NpyHeader {
  const text = new TextDecoder("latin1").decode(header.subarray(header[6] === 1 ? 10 : 12));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const sides = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || sides === undefined) {
    const found = /'descr'\s*:\s*\[/.test(text) ? "holds records, not numbers" : "has a damaged header";
    throw formatError(name, `${found}. Save a plain array with numpy.save.`);
  }
  const dtype = dtypeByCode.get(descr.slice(1));
  if (dtype === undefined || !"<>|=".includes(descr[0] ?? "")) {
    throw formatError(
      name,
      `holds values of NumPy's type ${JSON.stringify(descr)}, which is not read. Convert it before saving: array.astype("float32").`,
    );
  }
  const shape = sides
    .split(",")
    .map((side) => side.replace("L", "").trim())
    .filter((side) => side !== "")
    .map(Number);
  if (!shape.every(Number.isSafeInteger))
    throw formatError(name, `has the impossible shape (${shape.join(", ")}).`);
  return {
    shape,
    dtype,
    littleEndian: descr[0] !== ">",
    fortranOrder: order === "True",
    start: header.length,
  };
}

/** The header, version 1.0, of a little-endian array in C order; the values begin at a multiple of 64 bytes. */
export function formatNpyHeader(shape: readonly number[], dtype: DType): Uint8Array {
  const code = [...dtypeByCode].find(([, each]) => each === dtype)?.[0] ?? "";
  const descr = `${code.endsWith("1") ? "|" : "<"}${code}`;
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sides}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const header = new Uint8Array(length).fill(0x20);
  header.set(magic);
  header.set([1, 0, (length - 10) & 255, (length - 10) >> 8], 6);
  header.set(new TextEncoder().encode(dictionary), 10);
  header[length - 1] = 0x0a;
  return header;
}
