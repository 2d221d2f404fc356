import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/folder.ts";
import { runPython } from "../../../test/support/python.ts";
import { decodeBlosc, encodeBlosc } from "../src/codecs/blosc.ts";
import { noisyArray } from "./images.ts";

/** Bytes with runs and repetitions, as compressors like them, and without. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc
    .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 300 })), {
      maxLength: 12,
    })
    .map((parts) => Buffer.concat(parts.flatMap(([part, times]) => Array<Uint8Array>(times).fill(part)))),
);

describe("blosc", () => {
  it("gives back what it took, for items of every size", async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.constantFrom(1, 2, 4, 8), async (bytes, itemSize) => {
        const whole = bytes.subarray(0, bytes.length - (bytes.length % itemSize));
        const encoded = encodeBlosc(whole, itemSize);
        expect(encoded.length).toBeLessThanOrEqual(whole.length + 16);
        expect(Buffer.compare(await decodeBlosc(encoded, whole.length), whole)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("is read by Python's numcodecs, and nearly as small as what that writes", () => {
    const folder = temporaryFolder();
    const cases = (["uint8", "uint16", "float32", "float64"] as const).flatMap((dtype) =>
      [[1], [64, 2], [517, 333], [1024, 1024]].map((shape) => ({ dtype, array: noisyArray(shape, dtype) })),
    );
    for (const [i, { dtype, array }] of cases.entries()) {
      const bytes = new Uint8Array(array.data.buffer);
      writeFileSync(join(folder, `${i}-${dtype}.raw`), bytes);
      writeFileSync(join(folder, `${i}-${dtype}.blosc`), encodeBlosc(bytes, array.data.BYTES_PER_ELEMENT));
    }
    const program = `
import sys, glob, os, numpy
from numcodecs import Blosc
ours = theirs = seen = 0
for path in glob.glob(sys.argv[1] + "/*.blosc"):
    raw = open(path[:-6] + ".raw", "rb").read()
    encoded = open(path, "rb").read()
    assert bytes(Blosc().decode(encoded)) == raw, path
    dtype = os.path.basename(path)[:-6].split("-")[1]
    ours += len(encoded)
    theirs += len(Blosc("lz4", 5, 1).encode(numpy.frombuffer(raw, dtype)))
    seen += 1
print(seen, ours <= 1.02 * theirs)`;
    expect(runPython(program, [folder])).toBe("16 True\n");
  });

  it("refuses damaged chunks or gives bytes of the right length, and never hangs", async () => {
    const bytes = new Uint8Array(noisyArray([300, 200], "uint16").data.buffer);
    const encoded = encodeBlosc(bytes, 2);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(encoded.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, by, cut) => {
          const damaged = cut ? encoded.slice(0, at) : encoded.slice();
          if (!cut) damaged[at] = (damaged[at] ?? 0) ^ by;
          const decoded = await decodeBlosc(damaged, bytes.length).catch((error: unknown) => error);
          if (decoded instanceof Uint8Array) expect(decoded.length).toBe(bytes.length);
          else expect(decoded).toBeInstanceOf(Error);
          if (cut) expect(decoded).toBeInstanceOf(Error);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("refuses a chunk that claims more than belongs there", async () => {
    const encoded = encodeBlosc(new Uint8Array(1000), 1);
    await expect(decodeBlosc(encoded, 999)).rejects.toThrow("it claims 1000 bytes where 999 belong");
  });
});
