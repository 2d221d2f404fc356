/** Values of any typed array: they are moved as bits. */
export interface Values extends ArrayBufferView {
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
}

/** Where values lie apart in memory: how many along each axis, and in values the way from one to the next and the first place. */
export interface Strided {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** An axis of strided values. */
export interface Axis {
  readonly length: number;
  /** Distance between neighbours, in values. */
  readonly stride: number;
}

/** The same places with as few axes as can be: those of one value are left out, those that follow on each other become one. */
export function joinAxes({ shape, stride }: Strided): Axis[] {
  const joined: Axis[] = [];
  shape.forEach((length, i) => {
    if (length === 1) return;
    const axis = { length, stride: stride[i] as number };
    const outer = joined.at(-1);
    if (outer?.stride === length * axis.stride)
      joined[joined.length - 1] = { length: outer.length * length, stride: axis.stride };
    else joined.push(axis);
  });
  return joined;
}

/** How many values axes have in all. */
export function countOf(axes: readonly Axis[]): number {
  return axes.reduce((count, { length }) => count * length, 1);
}

/** Writes the places `first`, `first` + 1, … of axes, in row-major order, into `places`, counted from `base`. */
export function listPlaces(axes: readonly Axis[], first: number, base: number, places: Float64Array): void {
  const index = new Array<number>(axes.length).fill(0);
  let place = base;
  let rest = first;
  for (let level = axes.length - 1; level >= 0; level--) {
    const { length, stride } = axes[level] as Axis;
    index[level] = rest % length;
    place += (rest % length) * stride;
    rest = Math.floor(rest / length);
  }
  const row = axes.at(-1) ?? { length: 1, stride: 0 };
  let inRow = index.at(-1) ?? 0;
  let i = 0;
  while (i < places.length) {
    const end = Math.min(places.length, i + row.length - inRow);
    for (; i < end; i++, place += row.stride) places[i] = place;
    inRow = 0;
    place -= row.length * row.stride;
    for (let level = axes.length - 2; level >= 0; level--) {
      const { length, stride } = axes[level] as Axis;
      place += stride;
      index[level] = (index[level] as number) + 1;
      if ((index[level] as number) < length) break;
      index[level] = 0;
      place -= length * stride;
    }
  }
}

/** @throws RangeError where values lie outside of the source, or are not as many as the result holds. */
export function checkStrided(
  kernel: string,
  source: Values,
  { shape, stride, offset }: Strided,
  out: Values,
): void {
  const size = shape.reduce((a, b) => a * b, 1);
  if (out.length !== size)
    throw new RangeError(
      `${kernel}: the result holds ${out.length} values where shape (${shape.join(", ")}) has ${size}. Pass one of that length.`,
    );
  if (out.BYTES_PER_ELEMENT !== source.BYTES_PER_ELEMENT)
    throw new TypeError(
      `${kernel}: the result has values of ${out.BYTES_PER_ELEMENT} bytes, the source of ${source.BYTES_PER_ELEMENT}. Pass a result of the source's type.`,
    );
  if (size === 0) return;
  const ways = shape.map((length, axis) => (length - 1) * (stride[axis] as number));
  const least = ways.reduce((sum, way) => sum + Math.min(way, 0), offset);
  const greatest = ways.reduce((sum, way) => sum + Math.max(way, 0), offset);
  if (!(least >= 0 && greatest < source.length))
    throw new RangeError(
      `${kernel}: shape (${shape.join(", ")}) with strides (${stride.join(", ")}) from ${offset} on reaches from value ${least} to ${greatest} of a source that has ${source.length}. Pass places that lie inside it.`,
    );
}
