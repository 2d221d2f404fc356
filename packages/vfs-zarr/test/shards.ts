import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HostArray } from "@platewright/core";
import { crc32c } from "../src/codecs/crc32c.ts";

/**
 * Writes an array [Z, Y, X] of uint16 as one of Zarr v3 with shards, by the specification (sharding-indexed v1.0): chunks
 * of [1, Y / 2, X / 2] without compression, shards of [Z / 2, Y, X], an index with a checksum at their end or beginning.
 * The first chunk of the first shard is left out: it reads as the fill value, 7.
 */
export function writeShards(
  folder: string,
  { shape: [depth = 0, height = 0, width = 0], data }: HostArray,
  { indexAt, without = -1 }: { readonly indexAt: "start" | "end"; readonly without?: number },
): void {
  const [shardDepth, rows, columns] = [depth / 2, height / 2, width / 2];
  const bytes = { name: "bytes", configuration: { endian: "little" } };
  write(join(folder, "zarr.json"), {
    zarr_format: 3,
    node_type: "array",
    shape: [depth, height, width],
    data_type: "uint16",
    chunk_grid: { name: "regular", configuration: { chunk_shape: [shardDepth, height, width] } },
    chunk_key_encoding: { name: "default" },
    fill_value: 7,
    codecs: [
      {
        name: "sharding_indexed",
        configuration: {
          chunk_shape: [1, rows, columns],
          codecs: [bytes, { name: "crc32c" }],
          index_codecs: [bytes, { name: "crc32c" }],
          index_location: indexAt,
        },
      },
    ],
    attributes: {},
  });
  for (let shard = 0; shard < 2; shard += 1) {
    const count = shardDepth * 4;
    const indexLength = 16 * count + 4;
    const index = new DataView(new ArrayBuffer(indexLength));
    const chunks: Uint8Array[] = [];
    let offset = indexAt === "start" ? indexLength : 0;
    for (let chunk = 0; chunk < count; chunk += 1) {
      const z = shard * shardDepth + (chunk >> 2);
      const [top, left] = [((chunk >> 1) & 1) * rows, (chunk & 1) * columns];
      const values = new Uint16Array(rows * columns);
      for (let y = 0; y < rows; y += 1)
        for (let x = 0; x < columns; x += 1)
          values[y * columns + x] = data[(z * height + top + y) * width + left + x] ?? 0;
      const stored = withSum(new Uint8Array(values.buffer));
      const isLeftOut = shard === 0 && chunk === without;
      index.setBigUint64(16 * chunk, isLeftOut ? 2n ** 64n - 1n : BigInt(offset), true);
      index.setBigUint64(16 * chunk + 8, isLeftOut ? 2n ** 64n - 1n : BigInt(stored.length), true);
      if (isLeftOut) continue;
      chunks.push(stored);
      offset += stored.length;
    }
    const summed = withSum(new Uint8Array(index.buffer, 0, indexLength - 4));
    const path = join(folder, "c", String(shard), "0", "0");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.concat(indexAt === "start" ? [summed, ...chunks] : [...chunks, summed]));
  }
}

function withSum(bytes: Uint8Array): Uint8Array {
  const summed = new Uint8Array(bytes.length + 4);
  summed.set(bytes);
  new DataView(summed.buffer).setUint32(bytes.length, crc32c(bytes), true);
  return summed;
}

function write(path: string, document: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(document));
}
