import { execFileSync } from "node:child_process";
import { contractOf, type DType } from "@platewright/core";
import * as functions from "@platewright/functions/ndarray";
import { expect, it } from "vitest";
import { bundleChild } from "../../../test/support/child.ts";

const side = 2400;
const byName: Readonly<Record<string, unknown>> = { ...functions };

type Case = readonly [
  name: keyof typeof functions,
  dtype: DType,
  result: DType | "none",
  params: object,
  slices?: number,
];

const cases: readonly Case[] = [
  ["gaussian", "uint16", "uint16", { sigma: 2 }],
  ["gaussian", "uint16", "uint16", { sigma: 2 }, 3],
  ["gaussian", "float32", "float32", { sigma: 2 }],
  ["gaussian", "int16", "int16", { sigma: 2 }],
  ["gaussian", "int16", "int16", { sigma: 2 }, 3],
  ["erosion", "uint16", "uint16", { radius: 3, shape: "disk" }],
  ["opening", "uint16", "uint16", { radius: 3, shape: "disk" }],
  ["closing", "uint16", "uint16", { footprint: "11/11" }],
  ["whiteTophat", "uint16", "uint16", { radius: 25, shape: "disk" }],
  ["whiteTophat", "float32", "float32", { radius: 25, shape: "square" }],
  ["whiteTophat", "int16", "int16", { radius: 25, shape: "square" }],
  ["maxProjection", "uint16", "uint16", {}],
  ["meanProjection", "uint16", "uint16", {}],
  ["erosion", "float32", "float32", { radius: 3, shape: "disk" }],
  ["sumProjection", "int16", "float32", {}],
  ["composite", "uint16", "uint16", {}],
  ["threshold", "uint16", "bool", { value: 100 }],
  ["otsuThreshold", "uint16", "bool", {}],
  ["percentileNormalize", "uint16", "uint16", { low: 1, high: 99 }],
  ["percentileNormalize", "float32", "float32", { low: 1, high: 99 }],
  ["stackPercentileNormalize", "int16", "int16", { low: 1, high: 99 }, 3],
  ["label", "uint16", "int32", { connectivity: 8 }],
  ["label", "float32", "int32", { connectivity: 8 }],
  ["distanceTransform", "uint8", "float32", {}],
  ["watershedSplit", "uint8", "int32", { minDepth: 0.5 }],
  ["countCells", "uint16", "int32", { split: true, smoothing: 1, minArea: 30 }],
  ["countCells", "uint16", "int32", { split: false, smoothing: 1, minArea: 30 }],
  ["countCells", "float32", "int32", { split: true, smoothing: 1, minArea: 30 }],
  ["countCells", "int16", "int32", { split: true, smoothing: 1, minArea: 30 }],
  ["countCells", "int16", "int32", { split: false, smoothing: 1, minArea: 30 }],
  ["measureImage", "int16", "none", {}],
];

/** Bytes that a function says it works in. */
function saidOf([name, dtype, , params, slices = 1]: Case): number {
  const { workspace } = contractOf(byName[name] as unknown) ?? {};
  const stack = { shape: [slices, side, side], dtype };
  if (typeof workspace !== "function") return (workspace ?? 0) * slices * side * side;
  return (workspace as (stack: object, params: object) => number)(stack, params);
}

it("functions work in the memory that their contracts say", async () => {
  const child = await bundleChild(new URL("./children/hold-memory.ts", import.meta.url));
  const known = new Map<string, number>();
  const heldBy = (...args: readonly (string | number)[]): number => {
    const key = args.join(" ");
    const bytes =
      known.get(key) ??
      Number(execFileSync(process.execPath, [child, ...args.map(String)], { encoding: "utf8" }));
    known.set(key, bytes);
    return bytes;
  };
  const wrong = cases.flatMap((each) => {
    const [name, dtype, result, params, slices = 1] = each;
    const alone = heldBy("nothing", dtype, slices, side, result);
    const measured = (heldBy(name, dtype, slices, side, JSON.stringify(params)) - alone) / side ** 2;
    const said = saidOf(each) / side ** 2;
    // In bytes a pixel; each process takes some megabytes more or less.
    const isRight = measured < 1.1 * said + 2 && measured > 0.8 * said - 2;
    return isRight ? [] : [`${name} of ${dtype}: says ${said} bytes a pixel, works in ${measured}`];
  });
  expect(wrong).toEqual([]);
}, 180_000);
