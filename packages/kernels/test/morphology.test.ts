import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  createKernels,
  footprintDisk,
  footprintFrom,
  footprintSquare,
  gaussianWeights,
  type Kernels,
} from "../src/index.ts";
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

it("a disk holds the pixels that are within its radius, and no others", () => {
  for (const radius of [0, 1, 2, 3, 5, 10, 25, 50, 65, 100]) {
    const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
    const isInside = (y: number, x: number): boolean => x * x + y * y <= radius * radius;
    expect(footprintDisk(radius).rows).toEqual(
      offsets.map((y) => offsets.map((x) => (isInside(y, x) ? "1" : "0")).join("")),
    );
  }
});

it("what would not fit into memory is refused in words", () => {
  expect(() => footprintDisk(1e9)).toThrow("radius is 1000000000. Pass a whole number from 0 to 16383");
  expect(() => footprintSquare(1e9)).toThrow("Pass a whole number from 1 to 32767");
  expect(() => gaussianWeights(1e9, 4)).toThrow(
    "reaches 4000000000 pixels. Pass a sigma of at most 262144 pixels.",
  );
});
