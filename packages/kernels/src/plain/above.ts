import { checkLength, type Pixels } from "../pixels.ts";

/** Marks the pixels above a limit. See `Kernels.markAbove`. */
export function markAbove(data: Pixels, limit: number, out: Uint8Array): Uint8Array {
  checkLength("markAbove", "out", out, data.length);
  for (let i = 0; i < data.length; i++) out[i] = Number((data[i] as number) > limit);
  return out;
}
