import type { Pass } from "../morphology.ts";
import { emptyLike, type Pixels, type Slice } from "../pixels.ts";
import { slide } from "./slide.ts";

/** Runs morphology passes in plain TypeScript, for any pixel type. See `RunPasses`. */
export function runPasses<T extends Pixels>(
  slice: Slice<T>,
  passes: readonly Pass[],
  subtract: boolean,
  out: T,
): T {
  const { data, width, height } = slice;
  const result = subtract ? emptyLike(data, data.length) : out;
  passes.forEach(({ kind, around }, i) => {
    slide(kind, i === 0 ? slice : { data: result, width, height }, around, result);
  });
  if (subtract) for (let i = 0; i < data.length; i++) out[i] = (data[i] as number) - (result[i] as number);
  return out;
}
