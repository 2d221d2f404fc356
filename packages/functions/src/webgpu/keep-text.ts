/** Which end of the order a sliding window keeps. */
export type Extremum = "min" | "max";

/** What `make` gives for each of the two. */
export function forBoth<T>(make: (kind: Extremum) => T): { readonly [K in Extremum]: T } {
  return { min: make("min"), max: make("max") };
}

/** WGSL: `keep(a, b)`, the lesser or greater of two values; NaN where one is. Shaders need not know NaN but by its bits. */
export function keepText(kind: Extremum, type: string): string {
  const comparison = `b ${kind === "min" ? "<" : ">"} a`;
  if (type !== "f32")
    return `fn keep(a: ${type}, b: ${type}) -> ${type} { return select(a, b, ${comparison}); }`;
  return `
fn is_nan(v: f32) -> bool { return (bitcast<u32>(v) & 0x7fffffffu) > 0x7f800000u; }
fn keep(a: f32, b: f32) -> f32 {
  if (is_nan(a)) { return a; }
  return select(a, b, is_nan(b) || ${comparison});
}`;
}
