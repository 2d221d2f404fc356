import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createKernels, footprintFrom, type Kernels } from "../src/index.ts";
import { emptyLike, type Pixels } from "../src/pixels.ts";
import { readFixture, type StoredArray, toSlice } from "./fixture.ts";

interface Fixture {
  readonly footprints: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly images: readonly StoredArray[];
  readonly cases: readonly {
    readonly op: "erode" | "dilate" | "open" | "close" | "whiteTophat";
    readonly footprint: string;
    readonly image: number;
    readonly crc32: number;
  }[];
}

const fixture = readFixture<Fixture>("morphology");
const images = fixture.images.map(toSlice);

function checksum(data: Pixels): number {
  return crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

describe.each(["auto", "typescript"] as const)("grey morphology, backend %s", (backend) => {
  const kernels: Kernels = createKernels({ backend });

  it.each(Object.keys(fixture.footprints))("is bit-identical to scikit-image with footprint %s", (name) => {
    const footprint = footprintFrom(fixture.footprints[name] ?? []);
    const wrong = fixture.cases
      .filter((test) => test.footprint === name)
      .filter((test) => {
        const image = images[test.image];
        if (!image) return true;
        const out = kernels[test.op](image, footprint, emptyLike(image.data, image.data.length));
        return checksum(out) !== test.crc32;
      })
      .map(({ op, image }) => `${op} ${fixture.images[image]?.dtype} ${fixture.images[image]?.shape}`);
    expect(wrong).toEqual([]);
  });
});
