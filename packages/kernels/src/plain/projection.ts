import { checkLength, checkSameType, type Pixels } from "../pixels.ts";

/** Pixelwise maximum in place. See `Kernels.accumulateMax`. */
export function accumulateMax<T extends Pixels>(running: T, data: T): T {
  checkPair("accumulateMax", running, data);
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (v > (running[i] as number) || Number.isNaN(v)) running[i] = v;
  }
  return running;
}

/** Pixelwise minimum in place. See `Kernels.accumulateMin`. */
export function accumulateMin<T extends Pixels>(running: T, data: T): T {
  checkPair("accumulateMin", running, data);
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (v < (running[i] as number) || Number.isNaN(v)) running[i] = v;
  }
  return running;
}

/** Pixelwise sum in place. See `Kernels.accumulateSum`. */
export function accumulateSum<T extends Uint32Array | Float32Array | Float64Array>(sum: T, data: Pixels): T {
  checkLength("accumulateSum", "sum", sum, data.length);
  for (let i = 0; i < data.length; i++) sum[i] = (sum[i] as number) + (data[i] as number);
  return sum;
}

/** Maximum over slices. See `Kernels.projectMax`. */
export function projectMax<T extends Pixels>(slices: readonly T[], out: T): T {
  return project("projectMax", slices, out, accumulateMax);
}

/** Minimum over slices. See `Kernels.projectMin`. */
export function projectMin<T extends Pixels>(slices: readonly T[], out: T): T {
  return project("projectMin", slices, out, accumulateMin);
}

/**
 * Checks that there are slices, all as long as `out` and of its type.
 * @throws RangeError or TypeError naming the slice's index.
 */
export function checkStack(kernel: string, slices: readonly Pixels[], out: Pixels): void {
  if (slices.length === 0) throw new RangeError(`${kernel}: there are no slices. Pass at least one.`);
  slices.forEach((data, i) => {
    checkPair(kernel, out, data, `slice ${i}`);
  });
}

function project<T extends Pixels>(
  kernel: string,
  slices: readonly T[],
  out: T,
  accumulate: (running: T, data: T) => T,
): T {
  checkStack(kernel, slices, out);
  // A copy first would lose a later slice that shares its array with `out`.
  const from = slices.indexOf(out);
  if (from < 0) out.set(slices[0] ?? out);
  slices.forEach((data, i) => {
    if (i !== Math.max(from, 0)) accumulate(out, data);
  });
  return out;
}

function checkPair(kernel: string, out: Pixels, data: Pixels, name = "data"): void {
  checkLength(kernel, name, data, out.length);
  checkSameType(kernel, name, data, out);
}
