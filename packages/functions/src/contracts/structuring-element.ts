import { PlatewrightError } from "@platewright/core";

/** A flat structuring element, as users give it. */
export interface StructuringElement {
  /** Radius in pixels; a disk or square of this radius is 2 · radius + 1 pixels wide. */
  readonly radius: number;
  readonly shape: "disk" | "square";
  /** Any other footprint, in rows of 0 and 1 from top to bottom; `radius` and `shape` then do not count. */
  readonly footprint?: string | undefined;
}

/** How the parameter `shape` is described. */
export const shapeParam = {
  enum: ["disk", "square"],
  default: "disk",
  description: "Shape of the structuring element: all pixels within the radius, or a full square.",
} as const;

/** How the parameter `footprint` is described. */
export const footprintParam = {
  type: "string",
  optional: true,
  description:
    'Any flat footprint instead of radius and shape: rows of 0 and 1, top to bottom, with "/" between them, such as "010/111/010".',
} as const;

/** How many pixels away from its centre a structuring element reaches. */
export function reachOf({ radius, footprint }: StructuringElement): number {
  if (footprint === undefined) return radius;
  const rows = parseFootprint(footprint);
  return Math.max(rows.length, rows[0]?.length ?? 0) >> 1;
}

/** The rows of a free footprint. Throws "parameter" where they are not equally long rows of 0 and 1 with at least one 1. */
export function parseFootprint(text: string): readonly (readonly number[])[] {
  const rows = text.split("/").map((row) => row.trim());
  const width = rows[0]?.length ?? 0;
  const isRectangular = rows.every((row) => /^[01]+$/.test(row) && row.length === width);
  if (!isRectangular || !text.includes("1")) {
    throw new PlatewrightError(
      "parameter",
      `The footprint "${text}" has no form. Write equally long rows of 0 and 1 with "/" between them and at least one 1, such as "010/111/010".`,
      { footprint: text },
    );
  }
  return rows.map((row) => [...row].map(Number));
}
