// node bench/ours/run-plate.mjs <plate> <out>: runs the pipeline on a plate as an application would, in one thread.
import { ndarrayBackend } from "@platewright/backend-ndarray";
import { createPlatewright } from "@platewright/core";
import { microscopes } from "@platewright/microscopes";
import { disk } from "@platewright/vfs-disk";
import { cpuMilliseconds, peakMemory } from "../lib/own-use.mjs";
import pipeline from "./plate-pipeline.mjs";

const [location, out] = process.argv.slice(2);
const platewright = createPlatewright(ndarrayBackend(), disk(), ...microscopes());
const plate = await platewright.openPlate(location);
const plan = await platewright.compile(pipeline, plate, { out });
const { status, wells, seconds, memory } = await platewright.run(plan, { plate });
if (status !== "complete") throw new Error(JSON.stringify(wells));
console.log(
  JSON.stringify({
    peakBytes: peakMemory(),
    cpuMs: cpuMilliseconds(),
    seconds,
    heldBytes: memory.peakHostBytes,
  }),
);
