// npm run bench -- memory: five planes of 1024 × 1024 along every edge between memory types (strided views of 2048 × 2048 too),
// against copying as many bytes in ordinary memory as the edge writes ("memcpy"), and half as many as it reads and writes
// together ("touched"), which is more where a view skips pixels
import { fileURLToPath } from "node:url";
import { graphicsEnvironment } from "../scripts/setup/graphics.mjs";
import { readArguments } from "./lib/arguments.mjs";
import { printReport } from "./lib/report.mjs";
import { median, runChild } from "./lib/run-child.mjs";
import { ownVersions } from "./lib/versions.mjs";

const repeats = 15;
// What copies on the host have to reach, as a part of memcpy's speed: for the bytes written or those touched, whichever are
// more. Where rows become columns each cache line of the result is read before it is written, unless stores pass the caches by,
// which WebAssembly has none for: in C such stores reach memcpy's speed, others 0.6 of it.
const leastCopySpeed = 0.7;
const leastTurnSpeed = 0.4;
const { json, runs } = readArguments(process.argv.slice(2));
Object.assign(process.env, graphicsEnvironment());
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const results = [];
for (let round = 0; round < runs; round++) {
  const parts = [];
  // Each in a process of its own: together they need more of the kernels' memory than there is.
  for (const dtype of ["uint16", "float32"])
    parts.push((await runChild(process.execPath, [here("ours/memory.mjs"), String(repeats), dtype])).said);
  const all = (key) => parts.flatMap((part) => part[key]);
  results.push({ edges: all("edges"), adapters: all("adapters") });
  console.error(`run ${round + 1} of ${runs}`);
}

const [{ edges, adapters }] = results;
const rows = edges.map(rowOf);
const versions = { ...ownVersions(), adapter: [...new Set(adapters)].join(", ") || "none" };
printReport({ bench: "memory", versions, absent: [], runs, rows }, json);
if (rows.some(({ agree }) => !agree)) process.exitCode = 1;

function rowOf({ name, bytes, cost }) {
  const all = results.flatMap(({ edges }) => edges.filter((one) => one.name === name));
  const middle = (key) => median(all.map((one) => one[key] ?? 0));
  const ms = middle("ms");
  const ratio = { memcpy: middle("ratio"), touched: middle("touchedRatio") };
  const speed = 1 / Math.min(ratio.memcpy, ratio.touched);
  const faults = judgeEdge({ name, cost, ms, smallMs: middle("smallMs"), speed });
  return {
    name: `${name} (${cost}${bytes > 0 ? `, ${(bytes / 1e6).toFixed(1)} MB` : ""})`,
    ms,
    bytesMoved: bytes,
    bytesPerSecond: bytes === 0 ? null : bytes / (ms / 1000),
    peers: { memcpy: middle("peerMs"), touched: middle("touchedMs") },
    ratio,
    agree: all.every(({ isRight }) => isRight) && faults.length === 0,
    differences: faults.map((fault) => `${name}: ${fault}`),
  };
}

function judgeEdge({ name, cost, ms, smallMs, speed }) {
  const faults = [];
  // 256 times the bytes: whoever touched them would take as much longer.
  if (cost === "view" && ms > 0.05 + 4 * smallMs)
    faults.push(`a view takes ${ms} ms, ${smallMs} ms for a small array`);
  const least = /transposed|turned/.test(name) ? leastTurnSpeed : leastCopySpeed;
  // Over memory of its own a view is first brought to where the kernels work.
  const isJudged = cost === "host-copy" && !name.includes("its own memory");
  if (isJudged && speed < least) faults.push(`${speed.toFixed(2)} of memcpy's speed, below ${least}`);
  return faults;
}
