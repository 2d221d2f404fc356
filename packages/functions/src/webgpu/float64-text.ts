/**
 * WGSL for float64, which WebGPU lacks: finite numbers that are no subnormals, as their IEEE 754 bits in a vec2u (low
 * word, high word), rounded half to even as a CPU does. For the few numbers that must equal the CPU's; a division
 * costs a few hundred instructions.
 */
export const float64Text = `
fn f64_shift_left(v: vec2u, n: u32) -> vec2u {
  if (n == 0u) { return v; }
  if (n >= 64u) { return vec2u(0u); }
  if (n >= 32u) { return vec2u(0u, v.x << (n - 32u)); }
  return vec2u(v.x << n, (v.y << n) | (v.x >> (32u - n)));
}

// Bits that fall off leave a trace in the lowest bit, so that rounding still knows of them.
fn f64_shift_right_sticky(v: vec2u, n: u32) -> vec2u {
  if (n == 0u) { return v; }
  if (n >= 64u) { return vec2u(select(0u, 1u, (v.x | v.y) != 0u), 0u); }
  if (n >= 32u) {
    let lost = v.x | select(0u, v.y << (64u - n), n > 32u);
    return vec2u((v.y >> (n - 32u)) | select(0u, 1u, lost != 0u), 0u);
  }
  let lost = v.x << (32u - n);
  return vec2u((v.x >> n) | (v.y << (32u - n)) | select(0u, 1u, lost != 0u), v.y >> n);
}

fn f64_leading_zeros(v: vec2u) -> u32 {
  return select(countLeadingZeros(v.y), 32u + countLeadingZeros(v.x), v.y == 0u);
}

fn f64_sum64(a: vec2u, b: vec2u) -> vec2u {
  let low = a.x + b.x;
  return vec2u(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn f64_difference64(a: vec2u, b: vec2u) -> vec2u {
  return vec2u(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}

fn f64_less64(a: vec2u, b: vec2u) -> bool { return a.y < b.y || (a.y == b.y && a.x < b.x); }

fn f64_product32(a: u32, b: u32) -> vec2u {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let cross = (a >> 16u) * (b & 0xffffu);
  let middle = (a & 0xffffu) * (b >> 16u) + (low >> 16u) + (cross & 0xffffu);
  return vec2u((middle << 16u) | (low & 0xffffu), (a >> 16u) * (b >> 16u) + (cross >> 16u) + (middle >> 16u));
}

// The 53 bits of the mantissa, at the bottom.
fn f64_mantissa(v: vec2u) -> vec2u { return vec2u(v.x, (v.y & 0xfffffu) | 0x100000u); }

fn f64_exponent(v: vec2u) -> i32 { return i32((v.y >> 20u) & 0x7ffu); }

fn f64_is_zero(v: vec2u) -> bool { return (v.x | (v.y & 0x7fffffffu)) == 0u; }

// Rounds a mantissa whose 11 lowest bits are too many; 2^63 in it stands for 1 at the (biased) exponent.
fn f64_pack(sign: u32, biased: i32, mantissa: vec2u) -> vec2u {
  if ((mantissa.x | mantissa.y) == 0u) { return vec2u(0u, sign); }
  let zeros = f64_leading_zeros(mantissa);
  let full = f64_shift_left(mantissa, zeros);
  var kept = vec2u((full.x >> 11u) | (full.y << 21u), full.y >> 11u);
  let rest = full.x & 0x7ffu;
  if (rest > 0x400u || (rest == 0x400u && (kept.x & 1u) == 1u)) { kept = f64_sum64(kept, vec2u(1u, 0u)); }
  // The mantissa's own leading bit adds one to the exponent, and so does a carry out of rounding.
  let exponent = u32(biased - i32(zeros) - 1) << 20u;
  return vec2u(kept.x, sign | (exponent + kept.y));
}

fn f64_from_u32(v: u32) -> vec2u { return f64_from_u64(vec2u(v, 0u)); }

fn f64_from_u64(v: vec2u) -> vec2u { return f64_pack(0u, 1023 + 63, v); }

fn f64_from_i32(v: i32) -> vec2u {
  if (v < 0) { return f64_pack(0x80000000u, 1023 + 63, vec2u(~bitcast<u32>(v) + 1u, 0u)); }
  return f64_from_u32(u32(v));
}

// Of the bits of a finite float32, a subnormal too.
fn f64_from_f32_bits(bits: u32) -> vec2u {
  let sign = bits & 0x80000000u;
  let exponent = i32((bits >> 23u) & 0xffu);
  let fraction = bits & 0x7fffffu;
  if (exponent == 0) { return f64_pack(sign, 1023 + 63 - 149, vec2u(fraction, 0u)); }
  return f64_pack(sign, 1023 + 63 + exponent - 150, vec2u(fraction | 0x800000u, 0u));
}

// The bits of the nearest float32, half to even; infinite where it is too large.
fn f64_to_f32_bits(v: vec2u) -> u32 {
  let sign = v.y & 0x80000000u;
  if (f64_is_zero(v)) { return sign; }
  let exponent = f64_exponent(v) - 1023 + 127;
  let mantissa = f64_mantissa(v);
  // 53 bits become 24, fewer for a subnormal.
  let drop = 29u + u32(max(1 - exponent, 0));
  let kept = f64_shift_right_sticky(mantissa, min(drop - 2u, 63u)); // two bits too many, the last one sticky
  var bits = kept.x >> 2u;
  let rest = kept.x & 3u;
  if (rest == 3u || (rest == 2u && (bits & 1u) == 1u)) { bits += 1u; }
  if (exponent < 1) { return sign | bits; }
  let packed = (u32(exponent - 1) << 23u) + bits;
  return sign | select(packed, 0x7f800000u, exponent > 254 || packed > 0x7f800000u);
}

fn f64_negate(v: vec2u) -> vec2u { return vec2u(v.x, v.y ^ 0x80000000u); }

fn f64_add(a: vec2u, b: vec2u) -> vec2u {
  if (f64_is_zero(a)) { return b; }
  if (f64_is_zero(b)) { return a; }
  let a_is_larger = !f64_less64(vec2u(a.x, a.y & 0x7fffffffu), vec2u(b.x, b.y & 0x7fffffffu));
  let larger = select(b, a, a_is_larger);
  let smaller = select(a, b, a_is_larger);
  let sign = larger.y & 0x80000000u;
  let apart = u32(f64_exponent(larger) - f64_exponent(smaller));
  // 10 bits below the mantissa, 1 above it for a carry.
  let first = f64_shift_left(f64_mantissa(larger), 10u);
  let second = f64_shift_right_sticky(f64_shift_left(f64_mantissa(smaller), 10u), apart);
  let isSum = ((a.y ^ b.y) & 0x80000000u) == 0u;
  var mantissa = f64_sum64(first, second);
  if (!isSum) { mantissa = f64_difference64(first, second); }
  if ((mantissa.x | mantissa.y) == 0u) { return vec2u(0u); }
  return f64_pack(sign, f64_exponent(larger) + 1, mantissa);
}

fn f64_subtract(a: vec2u, b: vec2u) -> vec2u { return f64_add(a, f64_negate(b)); }

fn f64_multiply(a: vec2u, b: vec2u) -> vec2u {
  let sign = (a.y ^ b.y) & 0x80000000u;
  if (f64_is_zero(a) || f64_is_zero(b)) { return vec2u(0u, sign); }
  // Both with their leading bit on top: the upper half of the product has it there or one below.
  let m = f64_shift_left(f64_mantissa(a), 11u);
  let n = f64_shift_left(f64_mantissa(b), 11u);
  let low = f64_product32(m.x, n.x);
  let cross = f64_product32(m.y, n.x);
  let other = f64_product32(m.x, n.y);
  var middle = f64_sum64(vec2u(low.y, 0u), vec2u(cross.x, 0u));
  middle = f64_sum64(middle, vec2u(other.x, 0u));
  var high = f64_sum64(f64_product32(m.y, n.y), vec2u(cross.y, 0u));
  high = f64_sum64(high, vec2u(other.y, 0u));
  high = f64_sum64(high, vec2u(middle.y, 0u));
  if ((low.x | middle.x) != 0u) { high.x |= 1u; }
  return f64_pack(sign, f64_exponent(a) + f64_exponent(b) - 1023 + 1, high);
}

fn f64_divide(a: vec2u, b: vec2u) -> vec2u {
  let sign = (a.y ^ b.y) & 0x80000000u;
  if (f64_is_zero(a)) { return vec2u(0u, sign); }
  let divisor = f64_mantissa(b);
  var rest = f64_mantissa(a);
  var quotient = vec2u(0u);
  for (var bit = 0u; bit < 56u; bit++) {
    quotient = f64_shift_left(quotient, 1u);
    if (!f64_less64(rest, divisor)) {
      rest = f64_difference64(rest, divisor);
      quotient.x |= 1u;
    }
    rest = f64_shift_left(rest, 1u);
  }
  if ((rest.x | rest.y) != 0u) { quotient.x |= 1u; }
  return f64_pack(sign, f64_exponent(a) - f64_exponent(b) + 1023 + 8, quotient);
}

fn f64_less(a: vec2u, b: vec2u) -> bool {
  if (f64_is_zero(a) && f64_is_zero(b)) { return false; }
  let a_negative = (a.y >> 31u) == 1u;
  let b_negative = (b.y >> 31u) == 1u;
  if (a_negative != b_negative) { return a_negative; }
  let less = f64_less64(vec2u(a.x, a.y & 0x7fffffffu), vec2u(b.x, b.y & 0x7fffffffu));
  let same = a.x == b.x && a.y == b.y;
  return select(less, !less && !same, a_negative);
}

// The whole part of a number in 0 … 2^32 - 1.
fn f64_to_u32(v: vec2u) -> u32 {
  let exponent = f64_exponent(v) - 1023;
  if (exponent < 0) { return 0u; }
  return f64_shift_left(f64_mantissa(v), 11u).y >> u32(31 - min(exponent, 31));
}`;
