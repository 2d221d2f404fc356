/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** The next number, 0 ≤ x < 1. */
  next(): number;
  /** The next number, from ≤ x < to. */
  between(from: number, to: number): number;
  /** The next number of a standard normal distribution. */
  normal(): number;
}

/** Makes a generator (sfc32, from PractRand) whose seed is a list of whole numbers. */
export function createRandom(...seed: readonly number[]): Random {
  let a = 0x9e3779b9 ^ (seed[0] ?? 0);
  let b = 0x243f6a88 ^ Math.imul(seed[1] ?? 0, 0x85ebca6b);
  let c = 0xb7e15162 ^ Math.imul(seed[2] ?? 0, 0xc2b2ae35);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 15; i++) next();
  return {
    next,
    between: (from, to) => from + (to - from) * next(),
    normal: () => normals[(next() * normals.length) | 0] as number,
  };
}

// Quantiles of the normal distribution at even steps: drawing one of them is ten times as fast as computing it.
const normals: Float32Array = Float32Array.from({ length: 16384 }, (_, i) =>
  normalQuantile((i + 0.5) / 16384),
);

/** The value below which a share `p` of the standard normal distribution lies (Abramowitz & Stegun 26.2.23, |error| < 4.5e-4). */
function normalQuantile(p: number): number {
  const tail = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  const value =
    tail -
    (2.515517 + tail * (0.802853 + tail * 0.010328)) /
      (1 + tail * (1.432788 + tail * (0.189269 + tail * 0.001308)));
  return p < 0.5 ? -value : value;
}
