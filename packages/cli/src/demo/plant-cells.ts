import type { Random } from "./random.ts";

/** A cell as it is planted: positions and lengths in pixels, z in planes. */
export interface PlantedCell {
  readonly y: number;
  readonly x: number;
  readonly z: number;
  /** Mean radius of the nucleus. */
  readonly radius: number;
  /** The outline: radius · (1 + Σ amplitude · cos(n · angle + phase)) for n = 2 and 3. */
  readonly lobes: readonly (readonly [amplitude: number, phase: number])[];
  /** Grey values above the background in channels 1 and 2. */
  readonly brightness: readonly [nucleus: number, cytoplasm: number];
  /** Whether its nucleus touches another one. */
  readonly touching: boolean;
}

/** How many cells a field gets, and on what room. */
export interface FieldSize {
  readonly cells: number;
  /** Side of the image, in pixels. */
  readonly size: number;
  /** Planes of the stack. */
  readonly planes: number;
}

/** Every third cell is put next to one that is there already. */
const shareOfNeighbours = 0.34;

/**
 * Nuclei this much nearer than the sum of their radii still show a neck between them. Nearer ones would be one object to
 * any eye, so that their number would be no truth that an image could tell.
 */
const nearest = 0.76;
const farthest = 0.96;
const margin = 16;

/** Plants cells in a field, of which about half touch a neighbour. */
export function plantCells({ cells, size, planes }: FieldSize, random: Random): readonly PlantedCell[] {
  const planted: PlantedCell[] = [];
  for (let tries = 0; planted.length < cells && tries < 20_000; tries++) {
    const radius = random.between(8.5, 12.5);
    const beside =
      random.next() < shareOfNeighbours ? planted[(random.next() * planted.length) | 0] : undefined;
    const angle = random.between(0, 2 * Math.PI);
    const reach = beside ? (beside.radius + radius) * random.between(nearest, farthest) : 0;
    const y = beside ? beside.y + reach * Math.sin(angle) : random.between(margin, size - margin);
    const x = beside ? beside.x + reach * Math.cos(angle) : random.between(margin, size - margin);
    const inside = [y, x].every((at) => at >= margin && at <= size - margin);
    const fits = planted.every(
      (other) =>
        other === beside || Math.hypot(other.y - y, other.x - x) > (other.radius + radius) * 1.12 + 1,
    );
    if (!inside || !fits) continue;
    if (beside) planted[planted.indexOf(beside)] = { ...beside, touching: true };
    planted.push({
      y,
      x,
      z: random.between(0.4, planes - 1.4),
      radius,
      lobes: [
        [random.between(0, 0.1), random.between(0, 2 * Math.PI)],
        [random.between(0, 0.04), random.between(0, 2 * Math.PI)],
      ],
      brightness: [random.between(2200, 4800), random.between(900, 2600)],
      touching: beside !== undefined,
    });
  }
  return planted;
}
