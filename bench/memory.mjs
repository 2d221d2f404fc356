// npm run bench -- memory: five planes of 1024 × 1024 along every edge between memory types, against copying the same bytes in
// ordinary memory; then each shader against copying its stack on the device (smaller where the device is software)
import { fileURLToPath } from "node:url";
import { graphicsEnvironment } from "../scripts/setup/graphics.mjs";
import { readArguments } from "./lib/arguments.mjs";
import { printReport } from "./lib/report.mjs";
import { median, runChild } from "./lib/run-child.mjs";
import { ownVersions } from "./lib/versions.mjs";

const repeats = 15;
// What copies on the host have to reach where memory has whole rows of them, as a part of memcpy's speed.
const leastCopySpeed = 0.7;

const { json, runs } = readArguments(process.argv.slice(2));
Object.assign(process.env, graphicsEnvironment());
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const results = [];
for (let round = 0; round < runs; round++) {
  results.push((await runChild(process.execPath, [here("ours/memory.mjs"), String(repeats)])).said);
  console.error(`run ${round + 1} of ${runs}`);
}

const [{ edges, shaders, adapters }] = results;
const edgeRows = edges.map((edge) => rowOf(edge, "edges", "memcpy", judgeEdge));
const shaderRows = shaders.map((shader) => rowOf(shader, "shaders", "device copy", () => []));
const versions = { ...ownVersions(), adapter: adapters.join(", ") || "none" };
printReport({ bench: "memory", versions, absent: [], runs, rows: [...edgeRows, ...shaderRows] }, json);
if (edgeRows.some(({ agree }) => !agree)) process.exitCode = 1;

function rowOf({ name, bytes, cost }, kind, peer, judge) {
  const all = results.flatMap((result) => result[kind].filter((one) => one.name === name));
  const [ms, peerMs, smallMs] = ["ms", "peerMs", "smallMs"].map((key) =>
    median(all.map((one) => one[key] ?? 0)),
  );
  const faults = judge({ name, cost, ms, peerMs, smallMs });
  return {
    name: `${name} (${cost}${bytes > 0 ? `, ${(bytes / 1e6).toFixed(1)} MB` : ""})`,
    ms,
    bytesMoved: bytes,
    bytesPerSecond: bytes === 0 ? null : bytes / (ms / 1000),
    peers: { [peer]: peerMs },
    ratio: { [peer]: ms / peerMs },
    agree: all.every(({ isRight }) => isRight) && faults.length === 0,
    differences: faults.map((fault) => `${name}: ${fault}`),
  };
}

function judgeEdge({ name, cost, ms, peerMs, smallMs }) {
  const faults = [];
  // 256 times the bytes: whoever touched them would take as much longer.
  if (cost === "view" && ms > 0.05 + 4 * smallMs)
    faults.push(`a view takes ${ms} ms, ${smallMs} ms for a small array`);
  const isInRows = /a part|slices in reverse/.test(name);
  if (isInRows && peerMs / ms < leastCopySpeed) faults.push(`${(peerMs / ms).toFixed(2)} of memcpy's speed`);
  return faults;
}
