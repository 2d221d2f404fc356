import { type Footprint, footprintDisk, footprintFrom, footprintSquare } from "@platewright/kernels";
import { parseFootprint, type StructuringElement } from "./contracts/structuring-element.ts";

// Kernels keep what they prepare for a footprint by its identity, so equal parameters must give the same object.
const known = new Map<string, Footprint>();

/** The kernels' footprint. Throws "parameter" where the rows of a free footprint are not equally long rows of 0 and 1. */
export function footprintOf({ radius, shape, footprint }: StructuringElement): Footprint {
  const key = footprint ?? `${shape} ${radius}`;
  let made = known.get(key);
  if (!made) {
    if (footprint !== undefined) made = footprintFrom(parseFootprint(footprint));
    else made = shape === "disk" ? footprintDisk(radius) : footprintSquare(2 * radius + 1);
    if (known.size >= 64) known.clear();
    known.set(key, made);
  }
  return made;
}
