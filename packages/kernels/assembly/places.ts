/**
 * Writes the addresses (uint32) of `count` places, from the one of number `first` on, to `starts`, in row-major order. `axes`
 * holds the length and the step in bytes (both int32) of each of `rank` axes, and `from` is the address of the first place.
 */
export function listPlaces(axes: usize, rank: i32, first: i32, from: usize, starts: usize, count: i32): void {
  const last = axes + ((<usize>rank - 1) << 3);
  const length = rank ? load<i32>(last) : 1;
  const step = rank ? load<i32>(last, 4) : 0;
  for (let i = 0; i < count; ) {
    let number = (first + i) / length;
    const inRow = (first + i) % length;
    let place = <i32>from + inRow * step;
    for (let axis = last - 8; rank > 1 && axis >= axes; axis -= 8) {
      const side = load<i32>(axis);
      place += (number % side) * load<i32>(axis, 4);
      number /= side;
    }
    const end = min(count, i + length - inRow);
    for (; i < end; i++, place += step) store<i32>(starts + (<usize>i << 2), place);
  }
}
