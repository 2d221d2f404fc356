import type { Footprint } from "./footprint.ts";

/** One horizontal run of a neighbourhood: offsets x0 ≤ dx ≤ x1 in row dy, in pixels from the centre. */
export interface Chord {
  readonly dy: number;
  readonly x0: number;
  readonly x1: number;
}

/** A footprint placed around its centre pixel: the offsets that a minimum or maximum runs over. */
export interface Neighbourhood {
  readonly chords: readonly Chord[];
  /** Inclusive bounds of all offsets; top ≤ 0 ≤ bottom and left ≤ 0 ≤ right are not guaranteed. */
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  /** Every offset within the bounds belongs to it. */
  readonly isRectangle: boolean;
  /**
   * Both axes mirror it onto itself and each row and column is one run. Then pixels reflected at the border are
   * already inside the neighbourhood, and reflecting equals ignoring what lies outside.
   */
  readonly ignoresBorder: boolean;
}

/** The neighbourhoods that the operations of skimage 0.19 use for one footprint. They differ for even sides only, or by mirroring. */
export interface Placements {
  /** erosion and dilation: an even side is centred one pixel before its middle. */
  readonly plain: Neighbourhood;
  /** The second half of opening and closing: an even side is centred after its middle. */
  readonly shifted: Neighbourhood;
  /** The dilation inside white_tophat, which scipy mirrors. */
  readonly mirrored: Neighbourhood;
}

const cache = new WeakMap<Footprint, Placements>();

/** Places a footprint as scikit-image 0.19 does, computing each footprint once. */
export function placementsOf(footprint: Footprint): Placements {
  const known = cache.get(footprint);
  if (known) return known;
  const { height, width } = footprint;
  const early = place(footprint, (height - 1) >> 1, (width - 1) >> 1);
  const late = place(footprint, height >> 1, width >> 1);
  const placements = { plain: early, shifted: late, mirrored: mirror(late) };
  cache.set(footprint, placements);
  return placements;
}

function place({ rows }: Footprint, centreY: number, centreX: number): Neighbourhood {
  const chords: Chord[] = [];
  rows.forEach((row, y) => {
    for (const run of row.matchAll(/1+/g)) {
      const x0 = run.index - centreX;
      chords.push({ dy: y - centreY, x0, x1: x0 + run[0].length - 1 });
    }
  });
  return describe(chords);
}

function mirror({ chords }: Neighbourhood): Neighbourhood {
  return describe(chords.map(({ dy, x0, x1 }) => ({ dy: -dy, x0: -x1, x1: -x0 })).reverse());
}

function describe(chords: readonly Chord[]): Neighbourhood {
  const top = Math.min(...chords.map((chord) => chord.dy));
  const bottom = Math.max(...chords.map((chord) => chord.dy));
  const left = Math.min(...chords.map((chord) => chord.x0));
  const right = Math.max(...chords.map((chord) => chord.x1));
  const oneRunARow = chords.length === bottom - top + 1;
  const isRectangle = oneRunARow && chords.every(({ x0, x1 }) => x0 === left && x1 === right);
  return {
    chords,
    top,
    bottom,
    left,
    right,
    isRectangle,
    ignoresBorder: oneRunARow && isMirrorConvex(chords),
  };
}

// With one centred run a row, columns are runs exactly when the runs only widen towards row 0.
function isMirrorConvex(chords: readonly Chord[]): boolean {
  const reach = new Map(chords.map(({ dy, x1 }) => [dy, x1]));
  return chords.every(({ dy, x0, x1 }) => {
    const inner = reach.get(dy - Math.sign(dy));
    return x0 === -x1 && reach.get(-dy) === x1 && inner !== undefined && inner >= x1;
  });
}
