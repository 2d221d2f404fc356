type Call = (...args: readonly number[]) => void;

/** What assembly/index.ts exports. Addresses and sizes are in bytes; the suffix is the bits of a pixel. */
export interface KernelExports {
  readonly heapBase: () => number;
  readonly accumulateMax8: Call;
  readonly accumulateMax16: Call;
  readonly accumulateMin8: Call;
  readonly accumulateMin16: Call;
  readonly accumulateSum8: Call;
  readonly accumulateSum16: Call;
  readonly countLevels8: Call;
  readonly countLevels16: Call;
  readonly findRuns8: (...args: readonly number[]) => number;
  readonly findRuns16: (...args: readonly number[]) => number;
  readonly gaussian: Call;
  readonly gatherMax8: Call;
  readonly gatherMax16: Call;
  readonly gatherMin8: Call;
  readonly gatherMin16: Call;
  readonly mapLevels8: Call;
  readonly mapLevels16: Call;
  readonly mergeCounts: Call;
  readonly padStrip8: Call;
  readonly padStrip16: Call;
  readonly slideColumnsMax8: Call;
  readonly slideColumnsMax16: Call;
  readonly slideColumnsMin8: Call;
  readonly slideColumnsMin16: Call;
  readonly slideRowsMax8: Call;
  readonly slideRowsMax16: Call;
  readonly slideRowsMin8: Call;
  readonly slideRowsMin16: Call;
  readonly storeWeighted8: Call;
  readonly storeWeighted16: Call;
  readonly weigh8: Call;
  readonly weigh16: Call;
  readonly widenMax8: Call;
  readonly widenMax16: Call;
  readonly widenMin8: Call;
  readonly widenMin16: Call;
}
