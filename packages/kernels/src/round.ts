import type { Pixels } from "./pixels.ts";

/** Rounds half to even, as numpy.rint and IEEE 754 do. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** The smallest and largest value of a pixel type, or undefined for a float type. */
export function integerRange(data: Pixels): readonly [number, number] | undefined {
  if (data instanceof Uint8Array) return [0, 255];
  if (data instanceof Int8Array) return [-128, 127];
  if (data instanceof Uint16Array) return [0, 65535];
  if (data instanceof Int16Array) return [-32768, 32767];
  if (data instanceof Uint32Array) return [0, 4294967295];
  if (data instanceof Int32Array) return [-2147483648, 2147483647];
  return undefined;
}
