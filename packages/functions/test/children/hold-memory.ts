// node child.mjs <function> <dtype> <slices> <side> <parameters>: calls a function on a stack, and says the most bytes that the process held;
// the parameters are JSON. Where the
// function is "nothing", those of a stack and of a result of the dtype that stands for the parameters, or "none"
import { allocate, wrap } from "@platewright/backend-ndarray";
import { contractOf, createTypedArray, type DType, hostPool } from "@platewright/core";
import * as functions from "@platewright/functions/ndarray";
import { defaultKernels } from "@platewright/kernels";

const [name = "nothing", dtype = "uint16", slices = "1", side = "64", given = "{}"] = process.argv.slice(2);
const [depth, width] = [Number(slices), Number(side)];

/** Round cells 40 pixels apart, some of which touch. */
function fill(pixels: { [at: number]: number; readonly length: number }): void {
  let state = 1;
  for (let at = 0; at < pixels.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = (at % width) % 40;
    const y = (Math.floor(at / width) % width) % 40;
    const isCell = (x - 14) ** 2 + (y - 20) ** 2 < 90 || (x - 29) ** 2 + (y - 20) ** 2 < 64;
    pixels[at] = isCell ? 180 + (state >>> 28) : 0;
  }
}

// No stack lies where the kernels need not copy it: that memory is lent already, untouched.
hostPool.allocate([defaultKernels(hostPool).arena?.byteLength ?? 0], "uint8");
const data = createTypedArray(dtype as DType, depth * width * width);
fill(data);
const stack = wrap([depth, width, width], dtype as DType, data);
const byName: Readonly<Record<string, unknown>> = { ...functions };
if (name !== "nothing") {
  const fn = byName[name] as typeof functions.gaussian;
  const image = contractOf(fn).unit === "slice" ? stack.pick(0, null, null) : stack;
  fn(image as typeof stack, JSON.parse(given));
} else if (given !== "none") allocate(stack.shape, given as DType).data.fill(1);
console.log(process.resourceUsage().maxRSS * 1024);
