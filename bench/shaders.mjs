// npm run bench -- shaders: each function on the machine's WebGPU device beside a copy, on the device, of the same bytes
import { fileURLToPath } from "node:url";
import { graphicsEnvironment } from "../scripts/setup/graphics.mjs";
import { readArguments } from "./lib/arguments.mjs";
import { printReport } from "./lib/report.mjs";
import { median, runChild } from "./lib/run-child.mjs";
import { ownVersions } from "./lib/versions.mjs";

const repeats = 5;
const { json, runs } = readArguments(process.argv.slice(2));
Object.assign(process.env, graphicsEnvironment());
const program = fileURLToPath(new URL("ours/shaders.mjs", import.meta.url));
const said = [];
for (let round = 0; round < runs; round++) {
  said.push((await runChild(process.execPath, [program, String(repeats)])).said);
  console.error(`run ${round + 1} of ${runs}`);
}
const [{ adapter, shape, rows: first }] = said;
const rows = first.map(({ name, bytes }, i) => {
  const ms = median(said.map((one) => one.rows[i].ms));
  const copyMs = median(said.map((one) => one.rows[i].copyMs));
  const rates = `${(bytes / ms / 1e6).toFixed(1)} GB/s, the copy ${(bytes / copyMs / 1e6).toFixed(1)}`;
  return {
    name,
    ms,
    peers: { "device copy": copyMs },
    ratio: { "device copy": ms / copyMs },
    agree: null,
    bytes,
    differences: [`${name}: ${rates}`],
  };
});
console.error(`stacks of ${shape.join(" × ")} on ${adapter}`);
printReport({ bench: "shaders", adapter, shape, versions: ownVersions(), absent: [], runs, rows }, json);
