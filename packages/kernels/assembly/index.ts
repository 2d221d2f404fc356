// The module's exports: each kernel for each pixel type that it has.
export { markAbove8, markAbove16, markAbove32 } from "./above";
export {
  accumulateMax8,
  accumulateMax16,
  accumulateMax32,
  accumulateMin8,
  accumulateMin16,
  accumulateMin32,
} from "./extrema";
export { accumulateSum8, accumulateSum16, accumulateSum32 } from "./sum";
export {
  turnBlocks8,
  turnBlocks16,
  turnBlocks32,
  turnBlocks64,
  turnRows8,
  turnRows16,
  turnRows32,
  turnRows64,
} from "./transpose";
export { countLevels8, countLevels16, mergeCounts } from "./histogram";
export { findRuns8, findRuns16 } from "./runs";
export { gaussian } from "./gaussian";
export { gatherEvens8, gatherEvens16, gatherEvens32, gatherEvens64, gatherRows } from "./stride";
export { gatherMax8, gatherMax16, gatherMax32, gatherMin8, gatherMin16, gatherMin32 } from "./gather";
export { hasNaN } from "./nan";
export { countHighs, countLows } from "./keys";
export { listPlaces } from "./places";
export { mapLevels8, mapLevels16 } from "./lut";
export { padStrip8, padStrip16, padStrip32 } from "./pad";
export {
  slideColumnsMax8,
  slideColumnsMax16,
  slideColumnsMax32,
  slideColumnsMin8,
  slideColumnsMin16,
  slideColumnsMin32,
  slideRowsMax8,
  slideRowsMax16,
  slideRowsMax32,
  slideRowsMin8,
  slideRowsMin16,
  slideRowsMin32,
} from "./rectangle";
export { widenMax8, widenMax16, widenMax32, widenMin8, widenMin16, widenMin32 } from "./windows";
export { storeMean8, storeMean16, storeMean32 } from "./mean";
export { storeWeighted8, storeWeighted16, weigh8, weigh16, weigh32 } from "./weigh";

/** The first byte that the module does not use itself. */
export function heapBase(): usize {
  return __heap_base;
}
