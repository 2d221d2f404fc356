import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHostArray, decodeFloat16, dtypes, encodeFloat16, toStored } from "@platewright/core";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { zarr } from "../src/index.ts";
import { filesIn } from "./files.ts";
import { noisyArray } from "./images.ts";

const codecs = {
  2: ["blosc-lz4", "zstd", "gzip", "zlib", "none"],
  3: ["blosc-lz4", "zstd", "gzip", "none"],
} as const;

describe.each([2, 3] as const)("an array on Zarr v%i", (format) => {
  it.each(codecs[format])("comes back from %s in every dtype", async (compression) => {
    const storage = await zarr({ format }).open(temporaryFolder());
    for (const dtype of dtypes) {
      const array = noisyArray([2, 37, 41], dtype);
      await storage.writeArray?.(dtype, array, { compression });
      expect(await storage.readArray(dtype)).toEqual(array);
      const plane = array.data.subarray(37 * 41);
      expect(await storage.readArray(dtype, { plane: [1] })).toEqual(
        createHostArray([37, 41], dtype, plane as never),
      );
    }
  });

  it("keeps its pixel size, replaces what is there only where it is told to, and shrinks whole", async () => {
    const folder = temporaryFolder();
    const storage = await zarr({ format }).open(folder);
    await storage.writeArray?.("a/b", noisyArray([3, 20, 20], "uint8"), { pixelSize: { x: 0.5, y: 0.25 } });
    expect(await storage.describeArray("a/b")).toEqual({
      shape: [3, 20, 20],
      dtype: "uint8",
      pixelSize: { x: 0.5, y: 0.25 },
    });
    const smaller = noisyArray([10, 10], "float32");
    await expect(storage.writeArray?.("a/b", smaller)).rejects.toMatchObject({ code: "exists" });
    await storage.writeArray?.("a/b", smaller, { overwrite: true });
    expect(await storage.readArray("a/b")).toEqual(smaller);
    expect([...filesIn(join(folder, "a/b")).keys()]).toEqual(
      format === 2 ? [".checksums.json", ".zarray", "0.0"] : [".checksums.json", "c.0.0", "zarr.json"],
    );
  });

  it("larger than 2048 is stored in tiles, of which a plane puts itself together", async () => {
    const folder = temporaryFolder();
    const storage = await zarr({ format }).open(folder);
    const array = noisyArray([1030, 2060], "uint16");
    await storage.writeArray?.("x", array);
    const read = await storage.readArray("x");
    expect(Buffer.compare(Buffer.from(read.data.buffer), Buffer.from(array.data.buffer))).toBe(0);
    expect(filesIn(join(folder, "x")).size).toBe(2 + 2 * 3);
  });

  it("goes where the reader wants it", async () => {
    const storage = await zarr({ format }).open(temporaryFolder());
    const array = noisyArray([4, 30, 20], "int16");
    await storage.writeArray?.("x", array);
    const stack = new Int16Array(1200);
    const read = await storage.readArray("x", {
      plane: [2],
      into: (found) => {
        expect(found).toEqual({ shape: [30, 20], dtype: "int16" });
        return stack.subarray(600);
      },
    });
    expect(read.data.buffer).toBe(stack.buffer);
    expect(stack.subarray(600)).toEqual(array.data.subarray(1200, 1800));
  });

  it("names the plane that it does not have", async () => {
    const storage = await zarr({ format }).open(temporaryFolder());
    await storage.writeArray?.("x", noisyArray([4, 3, 2], "int16"));
    for (const plane of [[4], [-1], [0, 0], []])
      await expect(storage.readArray("x", { plane })).rejects.toMatchObject({ code: "array" });
    await expect(storage.readArray("y")).rejects.toMatchObject({ code: "not-found" });
    await expect(storage.readArray("../x")).rejects.toMatchObject({ code: "path" });
  });
});

it("an array that we write opens equal in Python's zarr, whatever the codec and dtype", async () => {
  const folder = temporaryFolder();
  const storage = await zarr().open(folder);
  for (const compression of codecs[2])
    for (const dtype of dtypes) {
      const array = noisyArray([2, 150, 1100], dtype);
      await storage.writeArray?.(`${compression}/${dtype}`, array, { compression });
      writeFileSync(
        join(folder, `${compression}-${dtype}.raw`),
        new Uint8Array(toStored(dtype, array.data).buffer),
      );
    }
  const program = `
import sys, zarr, numpy
folder = sys.argv[1]
seen = 0
for codec in ["blosc-lz4", "zstd", "gzip", "zlib", "none"]:
    for name in ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "float16", "float32", "float64"]:
        array = zarr.open(f"{folder}/{codec}/{name}", mode="r")
        raw = numpy.fromfile(f"{folder}/{codec}-{name}.raw", name).reshape(2, 150, 1100)
        assert array.dtype == name and array.chunks == (1, 150, 1100), (codec, name)
        assert (array[:] == raw).all(), (codec, name)
        seen += 1
print(seen)`;
  expect(runPython(program, [folder])).toBe("50\n");
});

it("arrays that Python's zarr wrote are read: byte orders, memory orders, chunks, codecs, filters", async () => {
  const folder = temporaryFolder();
  const program = `
import sys, zarr, numpy, json
from numcodecs import Blosc, Zstd, GZip, Zlib, LZ4, CRC32, Delta, Shuffle
folder = sys.argv[1]
values = (numpy.arange(3 * 70 * 90) * 7 % 251).reshape(3, 70, 90)
compressors = {"none": None, "zstd": Zstd(3), "gzip": GZip(5), "zlib": Zlib(5), "lz4": LZ4()}
for cname in ["lz4", "lz4hc", "zstd", "blosclz", "zlib"]:
    for shuffle in [0, 1, 2]:
        compressors[f"blosc-{cname}-{shuffle}"] = Blosc(cname, 5, shuffle)
cases = []
def write(name, dtype, **settings):
    array = zarr.open(zarr.NestedDirectoryStore(f"{folder}/{name}") if settings.pop("nested", False) else f"{folder}/{name}",
        mode="w", shape=values.shape, dtype=dtype, **settings)
    array[:] = values
    cases.append([name, array.dtype.name])
for name, compressor in compressors.items():
    write(name, "<u2", chunks=(1, 70, 90), compressor=compressor)
write("big-endian", ">u2", chunks=(1, 32, 32))
write("big-endian-float", ">f8", chunks=(2, 32, 90), compressor=None)
write("half", "<f2", chunks=(1, 70, 90))
write("big-endian-half", ">f2", chunks=(2, 32, 33), order="F", compressor=Zstd(1))
write("fortran", "<i4", chunks=(2, 32, 33), order="F")
write("nested", "<f4", chunks=(3, 64, 64), nested=True)
write("crc32", "<u2", chunks=(1, 70, 90), filters=[CRC32()], compressor=None)
write("delta", "<u2", chunks=(1, 70, 90), filters=[Delta("<u2")], compressor=Zstd(1))
write("bytes", "|u1", chunks=(1, 70, 90), filters=[Shuffle(1)])
print(json.dumps(cases))`;
  const cases: readonly (readonly [string, string])[] = JSON.parse(runPython(program, [folder]));
  expect(cases.length).toBeGreaterThan(25);
  const storage = await zarr().open(folder, { readOnly: true });
  for (const [name, dtype] of cases) {
    const { data, ...rest } = await storage.readArray(name);
    expect({ name, ...rest }).toEqual({ name, shape: [3, 70, 90], dtype });
    const first = Array.from(data).findIndex((value, i) => value !== (i * 7) % 251);
    expect({ name, first }).toEqual({ name, first: -1 });
    expect(Array.from((await storage.readArray(name, { plane: [2] })).data)).toEqual(
      Array.from(data.subarray(12600)),
    );
  }
});

it("all 65,536 float16 are those of Python's zarr, both ways, and a chunk that it left out is its fill value", async () => {
  const folder = temporaryFolder();
  const storage = await zarr().open(folder);
  const every = Uint16Array.from({ length: 0x10000 }, (_, half) => half);
  const array = createHostArray([256, 256], "float16", decodeFloat16(every));
  await storage.writeArray?.("ours", array);
  const program = `
import sys, zarr, numpy
every = numpy.arange(65536, dtype="u2").reshape(256, 256)
ours = zarr.open(f"{sys.argv[1]}/ours", mode="r")
assert ours.dtype == "<f2" and (ours[:].view("u2") == every).all()
theirs = zarr.open(f"{sys.argv[1]}/theirs", mode="w", shape=(512, 256), chunks=(256, 256), dtype="<f2", fill_value=-2.5)
theirs[:256] = every.view("f2")`;
  runPython(program, [folder]);
  const { data, dtype } = await storage.readArray("theirs");
  expect(dtype).toBe("float16");
  expect(encodeFloat16(data.subarray(0, 65536) as Float32Array)).toEqual(every);
  expect(new Set(data.subarray(65536))).toEqual(new Set([-2.5]));
});

it("a missing chunk of an array that others wrote is its fill value", async () => {
  const folder = temporaryFolder();
  const storage = await zarr().open(folder);
  const metadata = {
    zarr_format: 2,
    shape: [2, 4, 4],
    chunks: [1, 2, 4],
    dtype: "<f4",
    compressor: null,
    fill_value: "NaN",
    order: "C",
    filters: null,
  };
  await storage.write?.("x/.zarray", new TextEncoder().encode(JSON.stringify(metadata)));
  const chunk = Float32Array.from({ length: 8 }, (_, i) => i);
  await storage.write?.("x/1.0.0", new Uint8Array(chunk.buffer));
  const { data } = await storage.readArray("x", { plane: [1] });
  expect(data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, ...Array<number>(8).fill(Number.NaN)));
});

describe("metadata that is not read says why", () => {
  const good = {
    zarr_format: 2,
    shape: [4, 4],
    chunks: [2, 4],
    dtype: "<u2",
    compressor: null,
    fill_value: 0,
    order: "C",
    filters: null,
  };
  it.each([
    [{ dtype: "<i8" }, 'holds values of "<i8"'],
    [{ dtype: [["r", "<u2"]] }, "which is not read"],
    [{ shape: [4, -1] }, "no list of lengths"],
    [{ chunks: [4] }, "says chunks of [4] for the shape [4,4]"],
    [{ chunks: [0, 4] }, "says chunks of [0,4]"],
    [{ chunks: [100_000, 100_000] }, "chunks of up to 2 GiB are read"],
    [{ order: "A" }, 'says order "A"'],
    [{ compressor: { id: "lzma" } }, 'is compressed by "lzma"'],
    [{ dimension_separator: "-" }, "dimension_separator"],
    [{ zarr_format: 1 }, "zarr_format 1"],
  ])("%j", async (change, sentence) => {
    const storage = await zarr().open(temporaryFolder());
    await storage.write?.(".zarray", new TextEncoder().encode(JSON.stringify({ ...good, ...change })));
    const reading = storage.describeArray("");
    await expect(reading).rejects.toMatchObject({ code: "format" });
    await expect(reading).rejects.toThrow(sentence);
  });
});

it("an array larger than memory is an error of ours", async () => {
  const storage = await zarr().open(temporaryFolder());
  const metadata = {
    zarr_format: 2,
    shape: [1e9, 1e9],
    chunks: [64, 64],
    dtype: "<f8",
    compressor: null,
    fill_value: 0,
    order: "C",
    filters: null,
  };
  await storage.write?.(".zarray", new TextEncoder().encode(JSON.stringify(metadata)));
  await expect(storage.readArray("")).rejects.toMatchObject({ code: "out-of-memory" });
});

it("a chunk that ends early is refused, compressed or not, and named", async () => {
  const folder = temporaryFolder();
  const writer = await zarr().open(folder);
  const program = `
import sys, zarr, numpy
for name, compressor in [("none", None), ("blosc", "default")]:
    zarr.save_array(f"{sys.argv[1]}/{name}", numpy.arange(10000, dtype="<u2").reshape(100, 100), compressor=compressor, chunks=(100, 100))
print("ok")`;
  runPython(program, [folder]);
  for (const name of ["none", "blosc"]) {
    const bytes = await writer.read(`${name}/0.0`);
    for (const length of [0, 1, 15, 16, 17, bytes.length - 2, bytes.length - 1]) {
      await writer.write?.(`${name}/0.0`, bytes.subarray(0, length), { overwrite: true });
      await expect(writer.readArray(name)).rejects.toMatchObject({ code: "format" });
      await expect(writer.readArray(name)).rejects.toThrow(`"${name}" can't be decoded at chunk (0, 0)`);
    }
    await writer.write?.(`${name}/0.0`, Buffer.concat([bytes, bytes.subarray(0, 1)]), { overwrite: true });
    await expect(writer.readArray(name)).rejects.toMatchObject({ code: "format" });
  }
});
