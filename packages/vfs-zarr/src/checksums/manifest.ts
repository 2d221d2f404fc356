import { formatError } from "../format-error.ts";
import { tagOf } from "./tag.ts";

/** The file that keeps checksums of what lies in its folder. Zarr readers pass over it. */
export const manifestName = ".checksums.json";

/** Checksum (see `tagOf`) and length of a file. */
export interface FileSum {
  readonly tag: string;
  readonly bytes: number;
}

/** The sum of some bytes. */
export function sumOf(bytes: Uint8Array): FileSum {
  return { tag: tagOf(bytes), bytes: bytes.length };
}

/** Whether bytes have this sum. */
export function hasSum(bytes: Uint8Array, sum: FileSum): boolean {
  return bytes.length === sum.bytes && tagOf(bytes) === sum.tag;
}

/** A manifest's text: sorted by path, so that equal files give equal bytes, with a checksum of its own in front. */
export function formatManifest(files: ReadonlyMap<string, FileSum>): Uint8Array {
  const paths = [...files.keys()].sort();
  const lines = paths.map((path) => {
    const { tag = "", bytes = 0 } = files.get(path) ?? {};
    return `${JSON.stringify(path)}:["${tag}",${bytes}]`;
  });
  const rest = new TextEncoder().encode(`"files":{\n${lines.join(",\n")}\n}}\n`);
  const head = new TextEncoder().encode(`{"checksum":"${tagOf(rest)}",\n`);
  const bytes = new Uint8Array(head.length + rest.length);
  bytes.set(head);
  bytes.set(rest, head.length);
  return bytes;
}

/** Reads a manifest. Throws "format" where it does not fit its own checksum. */
export function parseManifest(path: string, bytes: Uint8Array): ReadonlyMap<string, FileSum> {
  const head = new TextDecoder().decode(bytes.subarray(0, headLength));
  if (head !== `{"checksum":"${tagOf(bytes.subarray(headLength))}",\n`)
    throw formatError(
      path,
      "does not fit its own checksum: it is damaged. Copy the folder again from where it was made.",
    );
  const { files } = JSON.parse(new TextDecoder().decode(bytes)) as {
    readonly files: Readonly<Record<string, readonly [string, number]>>;
  };
  return new Map(Object.entries(files).map(([name, [tag, length]]) => [name, { tag, bytes: length }]));
}

const headLength = `{"checksum":"${"0".repeat(32)}",\n`.length;
