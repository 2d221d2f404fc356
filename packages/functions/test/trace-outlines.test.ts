import { wrap } from "@platewright/backend-ndarray";
import type { PolygonRoi } from "@platewright/core";
import { label, traceOutlines } from "@platewright/functions/ndarray";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const outlinesOf = (rows: readonly (readonly number[])[]) =>
  traceOutlines(wrap([rows.length, rows[0]?.length ?? 0], "int32", Int32Array.from(rows.flat())))[1].outlines;

describe("traceOutlines", () => {
  it("goes along the edges of pixels, clockwise from the upper left", () => {
    expect(
      outlinesOf([
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ]),
    ).toEqual([
      {
        type: "polygon",
        name: "1",
        points: [
          [1, 1],
          [2, 1],
          [2, 2],
          [1, 2],
        ],
      },
    ]);
    expect(
      outlinesOf([
        [2, 2, 2],
        [2, 0, 0],
        [5, 5, 0],
      ]),
    ).toEqual([
      {
        type: "polygon",
        name: "2",
        points: [
          [0, 0],
          [3, 0],
          [3, 1],
          [1, 1],
          [1, 2],
          [0, 2],
        ],
      },
      {
        type: "polygon",
        name: "5",
        points: [
          [0, 2],
          [2, 2],
          [2, 3],
          [0, 3],
        ],
      },
    ]);
  });

  it("holds together what touches at a corner, and passes over holes", () => {
    const [diagonal] = outlinesOf([
      [1, 0],
      [0, 1],
    ]);
    expect(areaOf(diagonal)).toBe(2);
    const [ring] = outlinesOf([
      [1, 1, 1],
      [1, 0, 1],
      [1, 1, 1],
    ]);
    expect(ring?.points).toEqual([
      [0, 0],
      [3, 0],
      [3, 3],
      [0, 3],
    ]);
  });

  it("holds the pixels of its object and their holes, and no others", () => {
    const sides = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(
        sides.chain(([height, width]) =>
          fc.tuple(
            fc.constant([height, width] as const),
            fc.array(fc.boolean(), { minLength: height * width, maxLength: height * width }),
          ),
        ),
        ([[height, width], mask]) => {
          const labels = label(wrap([1, height, width], "uint8", Uint8Array.from(mask, Number)), {
            connectivity: 8,
          }).pick(0, null, null);
          const [handedOn, { outlines }] = traceOutlines(labels);
          expect(handedOn).toBe(labels);
          for (const outline of outlines) {
            const own = (x: number, y: number) => labels.get(y, x) === Number(outline.name);
            const outside = reachedFromOutside(height, width, own);
            for (let y = 0; y < height; y++) {
              for (let x = 0; x < width; x++)
                expect(isWithin(outline, x + 0.5, y + 0.5)).toBe(!outside.has(y * width + x));
            }
            expect(areaOf(outline)).toBe(height * width - outside.size);
          }
        },
      ),
    );
  });

  it("takes one slice", () => {
    expect(() => traceOutlines(wrap([2, 2, 2], "int32", new Int32Array(8)))).toThrow(
      "takes one slice [Y, X]; this has the shape (2, 2, 2)",
    );
  });
});

/** The area of a polygon by the shoelace formula. */
function areaOf(outline: PolygonRoi | undefined): number {
  const points = outline?.points ?? [];
  return points.reduce((sum, [x, y], i) => {
    const [u, v] = points[(i + 1) % points.length] as readonly [number, number];
    return sum + (x * v - u * y) / 2;
  }, 0);
}

/** Whether a point lies within a polygon, by the number of its edges to the right. */
function isWithin({ points }: PolygonRoi, x: number, y: number): boolean {
  return (
    points.filter(([u, v], i) => {
      const [, w] = points[(i + 1) % points.length] as readonly [number, number];
      return u > x && v > y !== w > y;
    }).length %
      2 ===
    1
  );
}

/** The pixels that are not the object's and that the outside reaches over edges. */
function reachedFromOutside(
  height: number,
  width: number,
  own: (x: number, y: number) => boolean,
): ReadonlySet<number> {
  const reached = new Set<number>();
  const visited = new Set<string>();
  const queue: [number, number][] = [[-1, -1]];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const [x, y] = next;
    if (x < -1 || y < -1 || x > width || y > height || visited.has(`${x} ${y}`)) continue;
    visited.add(`${x} ${y}`);
    const isInImage = x >= 0 && y >= 0 && x < width && y < height;
    if (isInImage && own(x, y)) continue;
    if (isInImage) reached.add(y * width + x);
    queue.push([x + 1, y], [x - 1, y], [x, y + 1], [x, y - 1]);
  }
  return reached;
}
