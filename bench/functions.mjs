// npm run bench -- functions: each function on slices of 1024 × 1024 pixels, uint16 where nothing else is said, against OpenCV, scipy and scikit-image
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { wrap } from "@platewright/backend-ndarray";
import { createHostArray } from "@platewright/core";
import { gaussian, whiteTophat } from "@platewright/functions/ndarray";
import { decodeNpy, decodeTiff, encodeNpy } from "@platewright/vfs-disk";
import { readArguments } from "./lib/arguments.mjs";
import { greatestDifference } from "./lib/compare-plates.mjs";
import { plateOf } from "./lib/make-plate.mjs";
import { findPeers } from "./lib/peers.mjs";
import { printReport } from "./lib/report.mjs";
import { median, runChild } from "./lib/run-child.mjs";
import { ownVersions } from "./lib/versions.mjs";

const repeats = 9;
// Rounding of a gaussian in fixed point, or in another order; of a float32 percentile. Everything else is the same to the bit.
const tolerances = {
  "gaussian sigma 2": 1,
  "float32, gaussian sigma 2": 0.01,
  "float32, normalise 1-99, stack of 5": 1e-6,
};

const labelling = "Otsu, label, table";

const { json, runs } = readArguments(process.argv.slice(2));
const { present, absent } = findPeers(["opencv", "scipy", "scikit-image"]);
const folder = mkdtempSync(join(tmpdir(), "platewright-bench-"));
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const stack = readStack(plateOf(1));
writeFileSync(join(folder, "stack.npy"), encodeNpy(stack));
writeFileSync(join(folder, "clean.npy"), encodeNpy(cleanSlice(stack)));

const ours = [];
const theirs = Object.fromEntries(present.map(({ name }) => [name, []]));
for (let round = 0; round < runs; round++) {
  ours.push((await runChild(process.execPath, [here("ours/functions.mjs"), folder, String(repeats)])).said);
  for (const { name, python } of present) {
    theirs[name].push(
      (await runChild(python, [here("peers/functions.py"), name, folder, String(repeats)])).said,
    );
  }
  console.error(`run ${round + 1} of ${runs}`);
}

const rows = Object.keys(ours[0].times).map((name, index) => {
  const ms = median(ours.map(({ times }) => times[name]));
  const having = present.filter((peer) => name in theirs[peer.name][0].times);
  const peers = Object.fromEntries(
    having.map((peer) => [peer.name, median(theirs[peer.name].map(({ times }) => times[name]))]),
  );
  const differences = having.map((peer) => {
    const file = `${peer.name}-${name.replaceAll(" ", "_").replaceAll(",", "")}.npy`;
    const read = name === labelling ? (path) => renumber(readArray(path)) : readArray;
    return [peer.name, greatestDifference(read(`ours-${index}.npy`), read(file))];
  });
  const wrong = differences.filter(([, difference]) => difference > (tolerances[name] ?? 0));
  return {
    name,
    ms,
    peers,
    ratio: Object.fromEntries(Object.entries(peers).map(([peer, other]) => [peer, ms / other])),
    agree: having.length === 0 ? null : wrong.length === 0,
    differences: wrong.map(([peer, difference]) => `${name}: differs from ${peer} by up to ${difference}.`),
  };
});
rmSync(folder, { recursive: true });
const versions = Object.assign(ownVersions(), ...present.map(({ name }) => theirs[name][0].versions));
printReport({ bench: "functions", versions, absent, runs, rows }, json);
if (rows.some(({ agree }) => agree === false)) process.exitCode = 1;

// One stack of the measured plate, as it was taken.
function readStack(plate) {
  const planes = [1, 2, 3, 4, 5].map((z) => {
    const name = `A01_s1_w1_z${z}_t1.tif`;
    return decodeTiff(readFileSync(join(plate, "TimePoint_1", name)), { name });
  });
  const [{ shape }] = planes;
  const size = shape[0] * shape[1];
  const data = new Uint16Array(planes.length * size);
  for (const [z, plane] of planes.entries()) data.set(plane.data, z * size);
  return createHostArray([planes.length, ...shape], "uint16", data);
}

// A slice whose cells stand out, as a pipeline would bring it to the threshold.
function cleanSlice({ shape: [, height, width], data }) {
  const slice = wrap([height, width], "uint16", data.subarray(0, height * width));
  const clean = gaussian(whiteTophat(slice, { radius: 50 }), { sigma: 2 });
  return createHostArray([height, width], "uint16", clean.data);
}

// Regions by the order of their first pixels: OpenCV numbers them otherwise.
function renumber(labels) {
  const order = new Map([[0, 0]]);
  return labels.map((label) => {
    if (!order.has(label)) order.set(label, order.size);
    return order.get(label);
  });
}

function readArray(name) {
  return decodeNpy(readFileSync(join(folder, name))).data;
}
