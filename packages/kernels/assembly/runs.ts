// A run is four int32: row, first column, one past the last column, and its parent run, later its label.
function parentOf(runs: usize, run: i32): i32 {
  return load<i32>(runs + (<usize>run << 4), 12);
}

function setParent(runs: usize, run: i32, parent: i32): void {
  store<i32>(runs + (<usize>run << 4), parent, 12);
}

function rootOf(runs: usize, run: i32): i32 {
  let parent = parentOf(runs, run);
  while (parent != run) {
    const up = parentOf(runs, parent);
    setParent(runs, run, up);
    run = up;
    parent = parentOf(runs, run);
  }
  return run;
}

/** One bit for each of 64 pixels: whether it is above the threshold. */
function bitsOf<T>(src: usize, count: i32, threshold: i32): u64 {
  let bits: u64 = 0;
  if (count >= 64) {
    const t = v128.splat<T>(<T>threshold);
    for (let k = 0; k < 4; k++) {
      const p = src + <usize>(16 * k) * sizeof<T>();
      const above =
        sizeof<T>() == 1
          ? v128.gt<T>(v128.load(p), t)
          : i8x16.narrow_i16x8_s(v128.gt<T>(v128.load(p), t), v128.gt<T>(v128.load(p, 16), t));
      bits |= <u64>(<u32>i8x16.bitmask(above)) << (16 * k);
    }
    return bits;
  }
  for (let k = 0; k < count; k++)
    bits |= <u64>(<i32>load<T>(src + <usize>k * sizeof<T>()) > threshold) << k;
  return bits;
}

/** Appends the runs of one row and returns how many there are now. */
function scanRow<T>(row: usize, y: i32, width: i32, threshold: i32, runs: usize, count: i32): i32 {
  let carry: u64 = 0;
  let open = false;
  for (let x = 0; x < width; x += 64) {
    const bits = bitsOf<T>(row + <usize>x * sizeof<T>(), width - x, threshold);
    // Set where a pixel differs from the one before it: the ends of runs, alternately first and last.
    let edges = bits ^ ((bits << 1) | carry);
    carry = bits >> 63;
    while (edges) {
      const at = x + <i32>ctz(edges);
      edges &= edges - 1;
      const run = runs + (<usize>count << 4);
      if (open) {
        store<i32>(run, at, 8);
        setParent(runs, count, count);
        count++;
      } else {
        store<i32>(run, y);
        store<i32>(run, at, 4);
      }
      open = !open;
    }
  }
  if (open) {
    store<i32>(runs + (<usize>count << 4), width, 8);
    setParent(runs, count, count);
    count++;
  }
  return count;
}

/** Joins each run of a row to the runs of the row above that it touches; the earliest run is the root. */
function joinRows(runs: usize, upper: i32, lower: i32, end: i32, reach: i32): void {
  let i = upper;
  let j = lower;
  while (i < lower && j < end) {
    const a = runs + (<usize>i << 4);
    const b = runs + (<usize>j << 4);
    const aLast = load<i32>(a, 8);
    const bLast = load<i32>(b, 8);
    if (load<i32>(a, 4) < bLast + reach && aLast + reach > load<i32>(b, 4)) {
      const rootA = rootOf(runs, i);
      const rootB = rootOf(runs, j);
      if (rootA < rootB) setParent(runs, rootB, rootA);
      else setParent(runs, rootA, rootB);
    }
    if (aLast < bLast) i++;
    else j++;
  }
}

/**
 * Finds the runs of pixels above `threshold`, numbers their regions in raster order, and returns how many regions;
 * the number of runs is stored at `total`. `runs` has room for height × (width + 1) / 2 records of 16 bytes.
 */
function findRuns<T>(
  src: usize,
  width: i32,
  height: i32,
  threshold: i32,
  reach: i32,
  runs: usize,
  total: usize,
): i32 {
  let count = 0;
  let above = 0;
  for (let y = 0; y < height; y++) {
    const begin = count;
    count = scanRow<T>(src + <usize>(y * width) * sizeof<T>(), y, width, threshold, runs, count);
    joinRows(runs, above, begin, count, reach);
    above = begin;
  }
  let regions = 0;
  // A parent comes before its run, so its field already holds a label when the run is reached.
  for (let run = 0; run < count; run++) {
    const parent = parentOf(runs, run);
    setParent(runs, run, parent == run ? ++regions : parentOf(runs, parent));
  }
  store<i32>(total, count);
  return regions;
}

export function findRuns8(
  src: usize,
  width: i32,
  height: i32,
  threshold: i32,
  reach: i32,
  runs: usize,
  total: usize,
): i32 {
  return findRuns<u8>(src, width, height, threshold, reach, runs, total);
}

export function findRuns16(
  src: usize,
  width: i32,
  height: i32,
  threshold: i32,
  reach: i32,
  runs: usize,
  total: usize,
): i32 {
  return findRuns<u16>(src, width, height, threshold, reach, runs, total);
}
