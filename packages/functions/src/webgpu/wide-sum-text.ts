import { numberTypeOf } from "@platewright/backend-webgpu";
import type { DType } from "@platewright/core";

/**
 * WGSL for sums along z of an integer `stack`, exact in 64 bits: `sum_at(i)`, `mean_of(sum, n)` rounded half to even,
 * and `float_of(sum)` rounded half to even as IEEE 754.
 */
export function wideSumText(dtype: DType): string {
  const isSigned = numberTypeOf(dtype) === "i32";
  return `
// A magnitude of 64 bits and a sign.
struct Wide { low: u32, high: u32, negative: bool }

fn sum_at(i: u32) -> Wide {
  var low = 0u;
  var high = 0u;
  for (var z = 0u; z < params.depth; z++) {
    let v = load_stack(i + z * params.plane);
    let bits = bitcast<u32>(v);
    low += bits;
    high += select(0u, 1u, low < bits)${isSigned ? " + select(0u, 0xffffffffu, v < 0)" : ""};
  }
  ${
    isSigned
      ? `if (bitcast<i32>(high) < 0) {
    low = ~low + 1u;
    high = ~high + select(0u, 1u, low == 0u);
    return Wide(low, high, true);
  }`
      : ""
  }
  return Wide(low, high, false);
}

fn mean_of(sum: Wide, n: u32) -> ${numberTypeOf(dtype)} {
  var quotient = sum.low / n;
  var rest = sum.low % n;
  if (sum.high != 0u) {
    quotient = 0u;
    rest = sum.high;
    for (var bit = 31; bit >= 0; bit--) {
      rest = (rest << 1u) | ((sum.low >> u32(bit)) & 1u);
      quotient <<= 1u;
      if (rest >= n) { rest -= n; quotient |= 1u; }
    }
  }
  if (2u * rest > n || (2u * rest == n && (quotient & 1u) == 1u)) { quotient += 1u; }
  return ${isSigned ? "select(i32(quotient), -i32(quotient), sum.negative)" : "quotient"};
}

fn float_of(sum: Wide) -> f32 {
  let length = select(32u - countLeadingZeros(sum.low), 64u - countLeadingZeros(sum.high), sum.high != 0u);
  var magnitude = f32(sum.low);
  if (length > 24u) {
    let shift = length - 24u; // 1 … 40
    var kept = sum.low >> min(shift, 31u);
    if (shift >= 32u) { kept = sum.high >> (shift - 32u); } else { kept |= sum.high << (32u - shift); }
    let half = shift - 1u;
    let half_bit = select((sum.low >> min(half, 31u)) & 1u, (sum.high >> (half - 32u)) & 1u, half >= 32u);
    var rest = sum.low & ((1u << min(half, 31u)) - 1u);
    if (half >= 32u) { rest = sum.low | (sum.high & ((1u << (half - 32u)) - 1u)); }
    if (half_bit == 1u && (rest != 0u || (kept & 1u) == 1u)) { kept += 1u; }
    magnitude = f32(kept) * bitcast<f32>((127u + shift) << 23u);
  }
  return select(magnitude, -magnitude, sum.negative);
}`;
}
