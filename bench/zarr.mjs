// npm run bench -- zarr: five planes of 1024 × 1024 uint16 to Zarr arrays and back, against Python's zarr
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPython } from "../scripts/setup/python.mjs";
import { readArguments } from "./lib/arguments.mjs";
import { printReport } from "./lib/report.mjs";
import { median, runChild } from "./lib/run-child.mjs";
import { ownVersions } from "./lib/versions.mjs";

const repeats = 40;
const { json, runs } = readArguments(process.argv.slice(2));
const python = findPython("numpy", "zarr");
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// In memory where there is such a folder: what is compared is the work, not how long a disk takes to confirm a write.
const scratch = (place) => mkdtempSync(join(place, "platewright-bench-"));
const folder = scratch(existsSync("/dev/shm") ? "/dev/shm" : tmpdir());
const onDisk = scratch(tmpdir());

const ours = [];
const theirs = [];
try {
  for (let round = 0; round < runs; round++) {
    ours.push(
      (await runChild(process.execPath, [here("ours/zarr.mjs"), folder, onDisk, String(repeats)])).said,
    );
    if (python)
      theirs.push(
        (await runChild(python, [here("peers/zarr_python.py"), folder, onDisk, String(repeats)])).said,
      );
    console.error(`run ${round + 1} of ${runs}`);
  }
  // Now that both have written, each reads what the other wrote.
  if (python)
    ours.push((await runChild(process.execPath, [here("ours/zarr.mjs"), folder, onDisk, "1"])).said);
} finally {
  rmSync(folder, { recursive: true });
  rmSync(onDisk, { recursive: true });
}

const measured = python ? ours.slice(0, -1) : ours;
const rows = Object.keys(ours[0].times).map((name) => {
  const ms = median(measured.map(({ times }) => times[name]));
  const other = python && median(theirs.map(({ times }) => times[name]));
  const codec = name.split(" ")[1].replace(",", "");
  const [own, peer] = [ours[0].bytes[codec], theirs[0]?.bytes[codec]];
  const size = (own / peer - 1) * 100;
  return {
    name,
    ms,
    peers: python ? { zarr: other } : {},
    ratio: python ? { zarr: ms / other } : {},
    agree: python ? theirs.every(({ agree }) => agree) && ours.at(-1).agree : null,
    ...(python && name === `write ${codec}`
      ? {
          differences: [
            `${codec}: ${own} bytes against ${peer} (${size < 0 ? "" : "+"}${size.toFixed(2)} %)`,
          ],
        }
      : {}),
  };
});
const versions = Object.assign(ownVersions(), theirs[0]?.versions);
const notes = [
  "Five planes of 1024 × 1024 uint16, a chunk each; each side has also read what the other wrote.",
  "Ours keeps a checksum of each file and holds what it reads against it; Python's zarr does so only in the rows that say it.",
  "Files are written to memory; only in the last row they are brought to a disk (fsync), by both.",
];
printReport({ bench: "zarr", versions, absent: python ? [] : ["zarr"], runs, rows, notes }, json);
if (rows.some(({ agree }) => agree === false)) process.exitCode = 1;
