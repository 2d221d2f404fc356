import type { PlantedCell } from "./plant-cells.ts";
import type { Random } from "./random.ts";

/** The optics of one channel in one field. */
interface Light {
  /** Where the lamp is brightest, in shares of the image's side. */
  readonly centre: readonly [y: number, x: number];
  /** Grey values of stray light at its brightest, and how much of it rises from left to right. */
  readonly glow: number;
  readonly slope: number;
}

const offset = 100;
const readNoise = 12;

/**
 * Paints a field as a camera would see it: [channel][z] of uint16 images [Y, X]. Cells lie at their own depth and blur
 * with their distance from the plane, on uneven stray light, under uneven illumination, with photon and read noise.
 */
export function paintField(
  cells: readonly PlantedCell[],
  { size, planes }: { readonly size: number; readonly planes: number },
  random: Random,
): readonly (readonly Uint16Array[])[] {
  const signals = [0, 1].map(() => Array.from({ length: planes }, () => new Float32Array(size * size)));
  for (const cell of cells) paintCell(cell, signals, size);
  return signals.map((stack, channel) => {
    const light: Light = {
      centre: [random.between(0.35, 0.65), random.between(0.35, 0.65)],
      glow: random.between(900, 1500),
      slope: 300 * (channel + 1),
    };
    return stack.map((signal) => expose(signal, size, light, random));
  });
}

function paintCell(
  { y, x, z, radius, lobes, brightness }: PlantedCell,
  signals: readonly (readonly Float32Array[])[],
  size: number,
): void {
  const reach = Math.ceil(radius * 2.2) + 4;
  const [nuclei = [], cytoplasms = []] = signals;
  for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(size - 1, y + reach); row++) {
    for (let column = Math.max(0, Math.ceil(x - reach)); column <= Math.min(size - 1, x + reach); column++) {
      const distance = Math.hypot(row - y, column - x);
      const angle = Math.atan2(row - y, column - x);
      const bulge = lobes.reduce(
        (sum, [amplitude, phase], i) => sum + amplitude * Math.cos((i + 2) * angle + phase),
        1,
      );
      const edge = radius * bulge;
      const at = row * size + column;
      for (const [plane, nucleus] of nuclei.entries()) {
        const defocus = Math.abs(plane - z);
        const dimming = 1 / (1 + 0.35 * defocus * defocus);
        const softness = 0.9 + 0.9 * defocus;
        const inNucleus = brightness[0] * dimming * soft(distance - edge, softness);
        // Cells of one layer abut; they do not lie on each other.
        if (inNucleus > (nucleus[at] as number)) nucleus[at] = inNucleus;
        const cytoplasm = cytoplasms[plane];
        if (!cytoplasm) continue;
        const body = soft(distance - 1.75 * edge, softness * 1.8) * Math.exp(-distance / (2.4 * radius));
        const hole = 1 - 0.75 * soft(distance - edge, softness);
        const inCytoplasm = 1.6 * brightness[1] * dimming * body * hole;
        if (inCytoplasm > (cytoplasm[at] as number)) cytoplasm[at] = inCytoplasm;
      }
    }
  }
}

/** 1 inside, 0 outside, one half on the edge; `width` in pixels. */
function soft(distance: number, width: number): number {
  return 1 / (1 + Math.exp(distance / (0.55 * width)));
}

function expose(
  signal: Float32Array,
  size: number,
  { centre, glow, slope }: Light,
  random: Random,
): Uint16Array {
  const image = new Uint16Array(signal.length);
  const [centreY, centreX] = centre;
  const across = Float64Array.from({ length: size }, (_, x) => Math.exp(-((x / size - centreX) ** 2) / 0.3));
  for (let y = 0; y < size; y++) {
    const down = Math.exp(-((y / size - centreY) ** 2) / 0.3);
    for (let x = 0; x < size; x++) {
      const lamp = down * (across[x] as number);
      const stray = 300 + glow * lamp + (slope * x) / size;
      const photons = (signal[y * size + x] as number) * (0.8 + 0.2 * lamp) + stray;
      const noise = Math.sqrt(photons + readNoise * readNoise) * random.normal();
      image[y * size + x] = Math.max(0, Math.min(65535, Math.round(photons + noise + offset)));
    }
  }
  return image;
}
