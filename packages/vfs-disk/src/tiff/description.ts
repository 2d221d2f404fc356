import { unescapeXml } from "./xml-elements.ts";

/** Sides of a pixel in µm. */
export interface PixelSides {
  readonly x: number;
  readonly y: number;
}

/** The resolution tags of a page: pixels per unit (0: not there), the unit's code (1 none, 2 inch, 3 cm). */
export interface ResolutionTags extends PixelSides {
  readonly unit: number;
  /** Whether the writer gives the camera's pixels there, not the specimen's (Harmony does). */
  readonly ofDetector: boolean;
}

const micrometres: Readonly<Record<string, number>> = {
  µm: 1,
  μm: 1, // the Greek letter, as opposed to the micro sign above
  um: 1,
  micron: 1,
  microns: 1,
  micrometer: 1,
  micrometre: 1,
  "\\u00B5m": 1, // as ImageJ writes it
  nm: 1e-3,
  nanometer: 1e-3,
  Å: 1e-4,
  pm: 1e-6,
  mm: 1e3,
  millimeter: 1e3,
  cm: 1e4,
  inch: 25_400,
  m: 1e6,
};

// Screens and printers stand at 10 µm and above (2,540 dots an inch), microscopes' pixels in the specimen below.
const mostPlausible = 10;
const leastPlausible = 1e-3;

/**
 * The side of a pixel in µm, from the first of: MetaMorph's description, ImageJ's description, the plain resolution tags. Plain tags count only where they give 1 nm to 10 µm: many writers put a screen's 72 dots there.
 */
export function pixelSizeOf(description: string | undefined, tags: ResolutionTags): PixelSides | undefined {
  const text = description ?? "";
  if (text.includes("<MetaData>")) return fromMetaMorph(text, tags);
  if (text.startsWith("ImageJ=")) return fromImageJ(text, tags);
  return fromTags(tags);
}

function fromTags(tags: ResolutionTags): PixelSides | undefined {
  const unit = tags.unit === 3 ? 1e4 : tags.unit === 2 ? 25_400 : Number.NaN;
  const sides = checked(unit / tags.x, unit / tags.y);
  if (sides === undefined || tags.ofDetector) return undefined;
  const plausible = (side: number) => side >= leastPlausible && side <= mostPlausible;
  return plausible(sides.x) && plausible(sides.y) ? sides : undefined;
}

/** How many planes an ImageJ description promises; 1 for any other text. */
export function imageJPages(description: string | undefined): number {
  if (!description?.startsWith("ImageJ=")) return 1;
  const count = Number(/^images=(\d+)\s*$/m.exec(description)?.[1]);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/**
 * The side of a pixel in µm from a length and its unit, in words, for each axis; without a unit it is in µm.
 * `undefined` where either is no length.
 */
export function sidesIn(
  side: (axis: "X" | "Y") => readonly [length: string | undefined, unit: string | undefined],
): PixelSides | undefined {
  const [x, y] = (["X", "Y"] as const).map((axis) => {
    const [length, unit = "µm"] = side(axis);
    return Number(length) * (micrometres[unit] ?? Number.NaN);
  });
  return x !== undefined && y !== undefined ? checked(x, y) : undefined;
}

function fromMetaMorph(text: string, tags: ResolutionTags): PixelSides | undefined {
  const property = (id: string) => {
    const tag = new RegExp(`<prop\\s[^>]*id="${id}"[^>]*>`).exec(text)?.[0];
    return tag === undefined ? undefined : attribute(tag, "value");
  };
  if (property("spatial-calibration-state") === "off") return undefined;
  const units = property("spatial-calibration-units");
  // A number without a unit says nothing by itself; the resolution tags may say it in full.
  if (units === undefined) return fromTags(tags);
  const unit = micrometres[unescapeXml(units)] ?? Number.NaN;
  return checked(
    Number(property("spatial-calibration-x")) * unit,
    Number(property("spatial-calibration-y")) * unit,
  );
}

function fromImageJ(text: string, tags: ResolutionTags): PixelSides | undefined {
  const unit = micrometres[/^unit=(.*)$/m.exec(text)?.[1]?.trim() ?? ""] ?? Number.NaN;
  // ImageJ writes "yunit" where the axes have different units.
  const unitY = /^yunit=(.*)$/m.exec(text)?.[1]?.trim();
  return checked(unit / tags.x, (unitY === undefined ? unit : (micrometres[unitY] ?? Number.NaN)) / tags.y);
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1];
}

function checked(x: number, y: number): PixelSides | undefined {
  const sound = (side: number) => Number.isFinite(side) && side > 0;
  return sound(x) && sound(y) ? { x, y } : undefined;
}
