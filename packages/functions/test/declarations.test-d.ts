import type { NdArray } from "@platewright/backend-ndarray";
import { definePipeline, step, use } from "@platewright/core";
import {
  type CellRow,
  composite,
  countCells,
  gaussian,
  maxProjection,
  projection,
  stackPercentileNormalize,
  threshold,
  whiteTophat,
} from "@platewright/functions/ndarray";
import { describe, expectTypeOf, it } from "vitest";

declare const stack: NdArray;

describe("by hand", () => {
  it("gives arrays and rows", () => {
    expectTypeOf(gaussian(stack, { sigma: 2 })).toEqualTypeOf<NdArray>();
    expectTypeOf(countCells(stack)[1].cells).toEqualTypeOf<readonly CellRow[]>();
  });

  it("asks for what has no default", () => {
    // @ts-expect-error a threshold needs its value
    threshold(stack);
  });
});

describe("in a pipeline", () => {
  it("takes parameters by their types", () => {
    definePipeline({
      name: "count",
      steps: [
        step("normalise", use(stackPercentileNormalize, { low: 1, high: 99 })),
        step("background", [use(whiteTophat, { radius: 25, shape: "square" }), use(gaussian, { sigma: 2 })]),
        step("project", maxProjection),
        step("composite", use(composite, { weights: [0.5, 0.5] }), { variableComponents: ["channel"] }),
        step("count", use(countCells, { minArea: 40, pixelSize: 0.65 })),
      ],
    });
  });

  it("refuses an unknown method, shape or parameter", () => {
    // @ts-expect-error no such method
    use(projection, { method: "median" });
    // @ts-expect-error no such shape
    use(whiteTophat, { shape: "octagon" });
    // @ts-expect-error no such parameter
    use(gaussian, { sigmas: 2 });
  });

  it("tells what countCells gives beside the labels", () => {
    const counted = step("count", countCells);
    type Gives = NonNullable<(typeof counted)["~signature"]>["gives"];
    expectTypeOf<Gives>().toEqualTypeOf<{ cells: readonly (readonly CellRow[])[] }>();
  });
});
