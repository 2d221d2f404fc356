// npm run bench -- compile: what it costs to compile 20 steps for plates of 96 to 1,536 wells
import { fileURLToPath } from "node:url";
import { readArguments } from "./lib/arguments.mjs";
import { printReport } from "./lib/report.mjs";
import { median, runChild } from "./lib/run-child.mjs";
import { ownVersions } from "./lib/versions.mjs";

const repeats = 7;
const { json, runs } = readArguments(process.argv.slice(2));
const program = fileURLToPath(new URL("ours/compile.mjs", import.meta.url));
const rows = [];
for (const wells of [96, 384, 1536]) {
  const said = [];
  for (let round = 0; round < runs; round++) {
    said.push((await runChild(process.execPath, [program, String(wells), String(repeats)])).said);
  }
  const ms = median(said.map((one) => one.ms));
  const [{ steps, bytes }] = said;
  rows.push({
    name: `${wells} wells × ${steps} steps`,
    ms,
    peers: {},
    ratio: {},
    agree: null,
    perWellMs: ms / wells,
    planBytes: bytes,
    differences: [
      `${wells} wells: ${(ms / wells).toFixed(3)} ms a well (the first time in a process ${(median(said.map((one) => one.first)) / wells).toFixed(3)}), a plan of ${(bytes / 1e6).toFixed(2)} MB`,
    ],
  });
  console.error(`${wells} wells`);
}
printReport({ bench: "compile", versions: ownVersions(), absent: [], runs, rows }, json);
