import type { Footprint } from "./footprint.ts";
import { type Neighbourhood, placementsOf } from "./neighbourhood.ts";
import { checkLength, checkSameType, checkSlice, emptyLike, type Pixels, type Slice } from "./pixels.ts";
import type { Extremum } from "./plain/slide.ts";

/** One sliding minimum or maximum of a morphological operation. */
export interface Pass {
  readonly kind: Extremum;
  readonly around: Neighbourhood;
}

/**
 * What an implementation provides: runs the passes one after the other over a slice, then, if `subtract`, takes the
 * result from the slice (wrapping, as numpy), and writes it to `out`.
 */
export type RunPasses = <T extends Pixels>(
  slice: Slice<T>,
  passes: readonly Pass[],
  subtract: boolean,
  out: T,
) => T;

/** The five grey operations of `Kernels`. */
export type MorphologyName = "erode" | "dilate" | "open" | "close" | "whiteTophat";

type Morphology = {
  readonly [Name in MorphologyName]: <T extends Pixels>(slice: Slice<T>, footprint: Footprint, out: T) => T;
};

/** Grey morphology with the placement and border rules of scikit-image 0.19, on top of one implementation's passes. */
export function createMorphology(run: RunPasses): Morphology {
  const checked = <T extends Pixels>(name: string, slice: Slice<T>, out: T): void => {
    checkSlice(name, slice);
    checkLength(name, "out", out, slice.data.length);
    checkSameType(name, "out", out, slice.data);
  };
  const runPadded = <T extends Pixels>(
    slice: Slice<T>,
    footprint: Footprint,
    out: T,
    passes: readonly Pass[],
  ): T => {
    const padY = footprint.height % 2 === 0 ? footprint.height - 1 : 0;
    const padX = footprint.width % 2 === 0 ? footprint.width - 1 : 0;
    if (padX === 0 && padY === 0) return run(slice, passes, false, out);
    const padded = padEdge(slice, padY, padX);
    run(padded, passes, false, padded.data);
    for (let y = 0; y < slice.height; y++) {
      const at = (y + padY) * padded.width + padX;
      out.set(padded.data.subarray(at, at + slice.width), y * slice.width);
    }
    return out;
  };
  return {
    erode(slice, footprint, out) {
      checked("erode", slice, out);
      return run(slice, [{ kind: "min", around: placementsOf(footprint).plain }], false, out);
    },
    dilate(slice, footprint, out) {
      checked("dilate", slice, out);
      return run(slice, [{ kind: "max", around: placementsOf(footprint).plain }], false, out);
    },
    open(slice, footprint, out) {
      checked("open", slice, out);
      const { plain, shifted } = placementsOf(footprint);
      return runPadded(slice, footprint, out, [
        { kind: "min", around: plain },
        { kind: "max", around: shifted },
      ]);
    },
    close(slice, footprint, out) {
      checked("close", slice, out);
      const { plain, shifted } = placementsOf(footprint);
      return runPadded(slice, footprint, out, [
        { kind: "max", around: plain },
        { kind: "min", around: shifted },
      ]);
    },
    whiteTophat(slice, footprint, out) {
      checked("whiteTophat", slice, out);
      const { shifted, mirrored } = placementsOf(footprint);
      const passes: readonly Pass[] = [
        { kind: "min", around: shifted },
        { kind: "max", around: mirrored },
      ];
      return run(slice, passes, true, out);
    },
  };
}

// scikit-image repeats the edge around an image before opening or closing it with an even-sided footprint.
function padEdge<T extends Pixels>(slice: Slice<T>, padY: number, padX: number): Slice<T> {
  const width = slice.width + 2 * padX;
  const height = slice.height + 2 * padY;
  const data = emptyLike(slice.data, width * height);
  for (let y = 0; y < height; y++) {
    const from = Math.min(Math.max(y - padY, 0), slice.height - 1) * slice.width;
    const row = slice.data.subarray(from, from + slice.width);
    const to = y * width;
    data.fill(row[0] as number, to, to + padX);
    data.set(row, to + padX);
    data.fill(row[slice.width - 1] as number, to + padX + slice.width, to + width);
  }
  return { data, width, height };
}
