import { createKernels, type Kernels, type Strided } from "@platewright/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const types = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float64: Float64Array };
type Values = InstanceType<(typeof types)[keyof typeof types]>;

const arena = createKernels({ arena: 64 * 2 ** 20 });
const kinds: readonly [name: string, kernels: Kernels][] = [
  ["in TypeScript", createKernels({ backend: "typescript" })],
  ["in WebAssembly", createKernels()],
  ["in an arena", arena],
];
const GUARD = 64;

/** The values, asked for one by one. */
function oneByOne(data: Values, { shape, stride, offset }: Strided): number[] {
  const values: number[] = [];
  const visit = (axis: number, place: number): void => {
    const length = shape[axis];
    if (length === undefined) values.push(data[place] as number);
    else for (let i = 0; i < length; i++) visit(axis + 1, place + i * (stride[axis] as number));
  };
  visit(0, offset);
  return values;
}

/** The source and an array for the result, between guards, in the arena or in memory of their own. */
function layOut(
  type: keyof typeof types,
  length: number,
  size: number,
  [isHome, isOutHome]: readonly boolean[],
) {
  const Type = types[type];
  const make = (count: number, home: boolean, at: number): Values => {
    const { buffer, byteOffset } = arena.arena ?? { buffer: new ArrayBuffer(0), byteOffset: 0 };
    const place = home
      ? { buffer, byteOffset: byteOffset + at }
      : { buffer: new ArrayBuffer(bytesOf(count)), byteOffset: 0 };
    new Uint8Array(place.buffer, place.byteOffset, bytesOf(count)).fill(0xa5);
    return new Type(place.buffer, place.byteOffset + GUARD, count) as Values;
  };
  const bytesOf = (count: number): number => 2 * GUARD + count * Type.BYTES_PER_ELEMENT;
  const source = make(length, isHome === true, 0);
  for (let i = 0, state = 1; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    source[i] = type === "float64" ? state / 7 : state >>> 8;
  }
  return { source, out: make(size, isOutHome === true, 56 * 2 ** 20) };
}

function guardsHold({ buffer, byteOffset, byteLength }: Values): boolean {
  const guards = [byteOffset - GUARD, byteOffset + byteLength];
  return guards.every((at) =>
    new Uint8Array(buffer as ArrayBuffer, at, GUARD).every((byte) => byte === 0xa5),
  );
}

function holds(kernels: Kernels, type: keyof typeof types, places: Strided, homes: readonly boolean[]): void {
  const { shape, stride } = places;
  const reach = shape.map((length, axis) => (length - 1) * (stride[axis] as number));
  const isEmpty = shape.includes(0);
  const before = isEmpty ? 0 : -reach.reduce((sum, way) => sum + Math.min(way, 0), 0);
  const after = isEmpty ? 0 : reach.reduce((sum, way) => sum + Math.max(way, 0), 0);
  const moved = { ...places, offset: places.offset + before };
  const size = shape.reduce((a, b) => a * b, 1);
  const { source, out } = layOut(type, moved.offset + after + 1, size, homes);
  const expected = oneByOne(source, moved);
  const given = source.slice();
  expect(kernels.copyStrided(source, moved, out)).toBe(out);
  // Comparing plain arrays of numbers one by one is slow in the test runner.
  expect(out.every((value, i) => value === expected[i])).toBe(true);
  expect(guardsHold(out) && guardsHold(source)).toBe(true);
  expect(source.every((value, i) => value === given[i])).toBe(true);
}

const homes = fc.tuple(fc.boolean(), fc.boolean());

/** Views of a dense array: its axes in any order, each walked in steps, mirrored or repeated, with room at its end. */
const views = fc
  .record({
    rank: fc.integer({ min: 0, max: 5 }),
    most: fc.constantFrom(6, 20, 90),
    draws: fc.array(fc.nat(2 ** 30), { minLength: 5, maxLength: 5 }),
    steps: fc.array(fc.constantFrom(1, 1, 1, -1, 2, -2, 3, 5, -7, 17), { minLength: 5, maxLength: 5 }),
    isRepeated: fc.array(fc.constantFrom(false, false, false, false, true), { minLength: 5, maxLength: 5 }),
    rooms: fc.array(fc.constantFrom(0, 0, 0, 1, 40), { minLength: 5, maxLength: 5 }),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 }),
    offset: fc.nat(9),
  })
  .map(({ rank, most, draws, steps, isRepeated, rooms, order, offset }): Strided => {
    let pitch = 1;
    let left = 30_000;
    const axes = Array.from({ length: rank }, (_, i) => {
      const length = (draws[i] as number) % Math.max(2, Math.min(i === 0 ? most * 8 : most, left) + 1);
      left = Math.floor(left / Math.max(1, length));
      // Steps and room only while the source stays small.
      const step = pitch * length < 8000 ? (steps[i] as number) : Math.sign(steps[i] as number);
      const stride = isRepeated[i] ? 0 : pitch * step;
      pitch *= Math.max(1, length) * Math.abs(step);
      if (pitch < 20_000) pitch += rooms[i] as number;
      return { length, stride };
    });
    const turned = order.filter((axis) => axis < rank).map((axis) => axes[axis] as (typeof axes)[number]);
    return { shape: turned.map(({ length }) => length), stride: turned.map(({ stride }) => stride), offset };
  });

describe.each(kinds)("strided values, copied %s", (_, kernels) => {
  test.each(Object.keys(types) as (keyof typeof types)[])("are what lies at their places, for %s", (type) => {
    fc.assert(
      fc.property(views, homes, (places, at) => holds(kernels, type, places, at)),
      { numRuns: 50 },
    );
  });

  const shapes: readonly [title: string, shape: number[], stride: number[]][] = [
    ["mirrored", [3, 70, 90], [6300, 90, -1]],
    ["upside down", [3, 70, 2500], [175000, -2500, 1]],
    ["long mirrored rows", [2, 40_000], [40_000, -1]],
    ["every second pixel", [3, 70, 90], [12600, 180, 2]],
    ["every second pixel backwards", [3, 70, 90], [12600, 180, -2]],
    ["one channel of three", [300, 400], [1200, 3]],
    ["one value in a hundred", [40, 300], [30000, 100]],
    ["one value again and again", [40, 300], [0, 0]],
    ["one row again and again", [40, 300], [0, 1]],
    ["one column again and again", [40, 300], [1, 0]],
    ["transposed", [2, 300, 1100], [330_000, 1, 300]],
    ["transposed by a power of two", [256, 1024], [1, 256]],
    ["turned by a quarter", [300, 1100], [-1, 300]],
    ["turned by a quarter the other way", [300, 1100], [1, -300]],
    ["every second pixel transposed", [300, 1100], [2, 700]],
    ["long rows transposed", [3000, 130], [1, 3000]],
    ["many rows transposed", [40, 9000], [1, 40]],
    ["planes to channels", [200, 150, 3], [150, 1, 30_000]],
    ["channels to planes", [3, 200, 150], [1, 450, 3]],
    ["axes in reverse", [90, 70, 5], [1, 90, 6300]],
    ["the first axis last", [70, 90, 12], [90, 1, 6300]],
    ["a narrow part", [300, 9], [500, 1]],
    ["a part", [300, 130], [500, 1]],
  ];
  test.each(shapes)("%s, of all sizes", (_title, shape, stride) => {
    for (const type of Object.keys(types) as (keyof typeof types)[])
      for (const at of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ])
        holds(kernels, type, { shape, stride, offset: 3 }, at);
  });

  test("keep every bit of what is not a number", () => {
    const bits = new BigUint64Array(900).map((_, i) => 0x7ff0_0000_0000_0001n + BigInt(i));
    const source = new Float64Array(bits.buffer);
    const out = new Float64Array(900);
    kernels.copyStrided(source, { shape: [30, 30], stride: [1, 30], offset: 0 }, out);
    const gotten = new BigUint64Array(out.buffer);
    expect(Array.from(gotten.subarray(0, 3))).toEqual([bits[0], bits[30], bits[60]]);
  });

  test("are refused where they lie outside of the source, or are not as many as the result holds", () => {
    const source = new Uint16Array(100);
    const copy = (shape: number[], stride: number[], offset: number, out: Uint8Array | Uint16Array) => () =>
      kernels.copyStrided(source, { shape, stride, offset }, out);
    expect(copy([10, 10], [10, 1], 1, new Uint16Array(100))).toThrow(
      /from value 1 to 100 of a source that has 100/,
    );
    expect(copy([10, 10], [10, -1], 0, new Uint16Array(100))).toThrow(/from value -9/);
    expect(copy([10, 10], [10, 1], 0, new Uint16Array(99))).toThrow(
      /holds 99 values where shape \(10, 10\) has 100/,
    );
    expect(copy([10, 10], [10, 1], 0, new Uint8Array(100))).toThrow(/values of 1 bytes, the source of 2/);
    expect(copy([0, 10], [10, 1], 5000, new Uint16Array(0))()).toHaveLength(0);
  });
});
