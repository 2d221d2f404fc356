// npm run bench -- plate: a whole plate from files to files, against OpenCV and scipy
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readArguments } from "./lib/arguments.mjs";
import { comparePlates } from "./lib/compare-plates.mjs";
import { plateOf } from "./lib/make-plate.mjs";
import { findPeers } from "./lib/peers.mjs";
import { printReport } from "./lib/report.mjs";
import { median, runChild } from "./lib/run-child.mjs";
import { ownVersions } from "./lib/versions.mjs";

const { json, wells, workers, runs } = readArguments(process.argv.slice(2));
const plate = plateOf(wells);
const { present, absent } = findPeers(["opencv", "scipy"]);
const scratch = mkdtempSync(join(tmpdir(), "platewright-bench-"));
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const programs = {
  platewright: (out) =>
    runChild(process.execPath, [
      "--import",
      new URL("lib/tell-use.mjs", import.meta.url).href,
      here("../packages/cli/dist/bin.js"),
      ...["run", here("ours/plate-pipeline.mjs"), plate],
      ...["--out", out, "--workers", String(workers), "--quiet"],
    ]),
  ...Object.fromEntries(
    present.map(({ name, python }) => [
      name,
      (out) => runChild(python, [here(`peers/plate_${name}.py`), plate, out, String(workers)]),
    ]),
  ),
};

const measured = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
const agreements = {};
for (let round = 0; round < runs; round++) {
  for (const [name, run] of Object.entries(programs)) {
    const out = join(scratch, `${name}-${round}`);
    measured[name].push(await run(out));
    console.error(`run ${round + 1} of ${runs}: ${name} ${(measured[name][round].ms / 1000).toFixed(2)} s`);
    if (name === "platewright") continue;
    agreements[name] ??= comparePlates(join(scratch, `platewright-${round}`), out);
    rmSync(out, { recursive: true });
  }
  rmSync(join(scratch, `platewright-${round}`), { recursive: true });
}
rmSync(scratch, { recursive: true });

const time = (name) => median(measured[name].map(({ ms }) => ms));
const cpu = (name) => median(measured[name].map(({ said }) => said.cpuMs));
const peak = (name) => median(measured[name].map(({ said }) => said.peakBytes));
const byPeer = (value) => Object.fromEntries(present.map(({ name }) => [name, value(name)]));
const versions = Object.assign(ownVersions(), ...present.map(({ name }) => measured[name][0].said.versions));
printReport(
  {
    bench: "plate",
    versions,
    absent,
    runs,
    workers,
    rows: [
      {
        name: `plate, ${wells} wells × 40 slices`,
        ms: time("platewright"),
        peers: byPeer(time),
        ratio: byPeer((name) => time("platewright") / time(name)),
        agree: present.length === 0 ? null : Object.values(agreements).every(({ agree }) => agree),
        peakBytes: peak("platewright"),
        peerPeakBytes: byPeer(peak),
        cpuMs: cpu("platewright"),
        peerCpuMs: byPeer(cpu),
        differences: Object.entries(agreements).map(
          ([name, { greatest, otherCounts }]) =>
            `Against ${name}: images differ by at most ${greatest} grey level, counts in ${otherCounts} sites.`,
        ),
      },
    ],
  },
  json,
);
if (Object.values(agreements).some(({ agree }) => !agree)) process.exitCode = 1;
