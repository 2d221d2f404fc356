// node bench/ours/functions.mjs <folder> <repeats>: times each function on the stack in <folder>/stack.npy.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ndarrayBackend, wrap } from "@platewright/backend-ndarray";
import {
  composite,
  countCells,
  gaussian,
  maxProjection,
  meanProjection,
  otsuThreshold,
  stackPercentileNormalize,
  threshold,
  whiteTophat,
} from "@platewright/functions/ndarray";
import { decodeNpy, encodeNpy } from "@platewright/vfs-disk";
import { median } from "../lib/run-child.mjs";

const [folder, repeats] = process.argv.slice(2);
const stack = read("stack.npy");
const slice = stack.pick(0, null, null);
const pair = stack.hi(2);
const singles = wrap(
  stack.shape,
  "float32",
  Float32Array.from(stack.data, (value) => value / 4),
);
const single = singles.pick(0, null, null);

const clean = read("clean.npy");
const { dispose } = ndarrayBackend();

const functions = {
  "normalise 1-99, stack of 5": () => stackPercentileNormalize(stack),
  "top-hat square 101": () => whiteTophat(slice, { radius: 50, shape: "square" }),
  "top-hat disk 50": () => whiteTophat(slice, { radius: 50, shape: "disk" }),
  "gaussian sigma 2": () => gaussian(slice, { sigma: 2 }),
  "max projection, stack of 5": () => maxProjection(stack),
  "mean projection, stack of 5": () => meanProjection(stack),
  "composite of 2": () => composite(pair),
  threshold: () => threshold(clean, { value: 300 }),
  "Otsu's mask": () => otsuThreshold(clean),
  "Otsu, label, table": () => countCells(clean, { smoothing: 0, split: false, minArea: 30 }),
  "float32, normalise 1-99, stack of 5": () => stackPercentileNormalize(singles),
  "float32, top-hat square 101": () => whiteTophat(single, { radius: 50, shape: "square" }),
  "float32, top-hat disk 50": () => whiteTophat(single, { radius: 50, shape: "disk" }),
  "float32, gaussian sigma 2": () => gaussian(single, { sigma: 2 }),
  "float32, max projection, stack of 5": () => maxProjection(singles),
  "float32, mean projection, stack of 5": () => meanProjection(singles),
  "float32, threshold": () => threshold(single, { value: 120.5 }),
  "float32, Otsu's mask": () => otsuThreshold(single),
};

const times = {};
for (const [index, [name, call]] of Object.entries(functions).entries()) {
  let result = call(); // the first call compiles and prepares
  const measured = Array.from({ length: Number(repeats) }, () => {
    dispose(imageOf(result)); // as the engine does once nobody reads it any more
    const started = process.hrtime.bigint();
    result = call();
    return Number(process.hrtime.bigint() - started) / 1e6;
  });
  times[name] = median(measured);
  writeFileSync(join(folder, `ours-${index}.npy`), encodeNpy(ndarrayBackend().toHost(imageOf(result))));
}
console.log(JSON.stringify({ times }));

function imageOf(result) {
  return Array.isArray(result) ? result[0] : result;
}

function read(name) {
  const { shape, dtype, data } = decodeNpy(readFileSync(join(folder, name)));
  return wrap(shape, dtype, data);
}
