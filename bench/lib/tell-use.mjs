// node --import bench/lib/tell-use.mjs <program>: a line of JSON at the program's end says what it used.
import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { cpuMilliseconds, peakMemory } from "./own-use.mjs";

if (isMainThread) {
  process.on("exit", () => {
    writeSync(1, `${JSON.stringify({ peakBytes: peakMemory(), cpuMs: cpuMilliseconds() })}\n`);
  });
}
