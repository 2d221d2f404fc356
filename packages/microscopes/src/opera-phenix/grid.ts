/**
 * Rows and columns of the grid that positions (µm) form, `undefined` where they form no full grid.
 * Coordinates closer than `tolerance` (µm) are one row or column: a stage never returns to the same micrometre.
 */
export function findGrid(
  positions: Iterable<readonly [x: number, y: number]>,
  tolerance: number,
): readonly [rows: number, columns: number] | undefined {
  const points = [...positions];
  const columnOf = cluster(
    points.map(([x]) => x),
    tolerance,
  );
  const rowOf = cluster(
    points.map(([, y]) => y),
    tolerance,
  );
  const cells = new Set(points.map(([x, y]) => `${rowOf.get(y)},${columnOf.get(x)}`));
  const rows = new Set(rowOf.values()).size;
  const columns = new Set(columnOf.values()).size;
  return points.length > 0 && cells.size === points.length && rows * columns === cells.size
    ? [rows, columns]
    : undefined;
}

function cluster(values: readonly number[], tolerance: number): ReadonlyMap<number, number> {
  const clusters = new Map<number, number>();
  let last: number | undefined;
  let index = -1;
  for (const value of [...new Set(values)].sort((a, b) => a - b)) {
    if (last === undefined || value - last > tolerance) index++;
    clusters.set(value, index);
    last = value;
  }
  return clusters;
}
