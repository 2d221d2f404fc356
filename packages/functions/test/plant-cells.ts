import { type NdArray, wrap } from "@platewright/backend-ndarray";

/** What to plant. */
export interface Planting {
  readonly seed: number;
  readonly cells: number;
  /** Share of the cells (0–1) that are put against another one. */
  readonly touching: number;
  /** Standard deviation of the noise, in grey values. */
  readonly noise: number;
  /** How much brighter the background is at the right edge than at the left. Default 0. */
  readonly background?: number;
}

const height = 400;
const width = 520;

/** Random numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A uint16 image [400, 520] of `cells` soft, slightly elliptic discs of 12 to 14 pixels radius on a dark background. */
export function plantCells({ seed, cells, touching, noise, background = 0 }: Planting): NdArray {
  const random = randomOf(seed);
  const image = new Float64Array(height * width);
  const planted: { y: number; x: number; r: number }[] = [];
  while (planted.length < cells) {
    const r = 12 + 2 * random();
    const beside = planted[Math.floor(random() * planted.length)];
    const angle = 2 * Math.PI * random();
    // A tenth of overlap at most: two discs that lie deeper in each other are one object to any reader.
    const apart = beside ? (r + beside.r) * (0.9 + 0.1 * random()) : 0;
    const isBeside = beside !== undefined && random() < touching;
    const y = isBeside ? beside.y + apart * Math.sin(angle) : height * random();
    const x = isBeside ? beside.x + apart * Math.cos(angle) : width * random();
    if (y < 4 || x < 4 || y > height - 5 || x > width - 5) continue;
    const least = isBeside || touching > 0 ? 0.9 : 1.25;
    if (planted.some((other) => Math.hypot(other.y - y, other.x - x) < least * (other.r + r))) continue;
    planted.push({ y, x, r });
    paint(image, y, x, r, 900 + 900 * random(), 0.94 + 0.12 * random());
  }
  const pixels = Uint16Array.from(image, (value, at) => {
    const bell = random() + random() + random() + random() - 2;
    return Math.round(200 + value + (background * (at % width)) / width + bell * noise * Math.sqrt(3));
  });
  return wrap([height, width], "uint16", pixels);
}

function paint(
  image: Float64Array,
  cy: number,
  cx: number,
  r: number,
  brightness: number,
  ratio: number,
): void {
  for (let y = Math.max(0, Math.floor(cy - 2 * r)); y < Math.min(height, cy + 2 * r); y++) {
    for (let x = Math.max(0, Math.floor(cx - 2 * r)); x < Math.min(width, cx + 2 * r); x++) {
      const distance = Math.hypot((y - cy) * ratio, (x - cx) / ratio);
      const at = y * width + x;
      image[at] = Math.max(image[at] ?? 0, brightness / (1 + Math.exp(2 * (distance - r))));
    }
  }
}
