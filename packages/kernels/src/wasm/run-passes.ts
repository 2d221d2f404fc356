import type { Pass, RunPasses } from "../morphology.ts";
import type { Neighbourhood } from "../neighbourhood.ts";
import { hasVectors, type Pixels, type Slice } from "../pixels.ts";
import { runPasses as runPlainPasses } from "../plain/run-passes.ts";
import type { KernelExports } from "./exports.ts";
import { type GatherPlan, planGather } from "./gather-plan.ts";
import { createSweeps, planeStrideOf, STRIP_BYTES, sweepBytes } from "./rectangle-sweeps.ts";
import type { Scratch } from "./scratch.ts";
import { bitsOf } from "./tiles.ts";

// The bits of pixels that every pixel replaces.
const neutralBits = {
  integer: { min: -1, max: 0 },
  float: { min: 0x7f800000, max: 0xff800000 },
} as const;
// The kernels work on 64 bytes of a row at a time.
const LEAST_ROW_BYTES = 64;

/**
 * Runs morphology passes in WebAssembly: rectangles as separable sweeps, any other footprint by gathering window
 * extrema. Planes stay in scratch memory between passes, and the last sweep subtracts. Narrow slices, those with a NaN, and
 * pixel types other than uint8, uint16 and float32 run in TypeScript.
 */
export function createRunPasses(exports: KernelExports, scratch: Scratch): RunPasses {
  return <T extends Pixels>(slice: Slice<T>, passes: readonly Pass[], subtract: boolean, out: T): T => {
    const { data, width, height } = slice;
    if (!hasVectors(data) || width * data.BYTES_PER_ELEMENT < LEAST_ROW_BYTES)
      return runPlainPasses(slice, passes, subtract, out);
    const size = data.BYTES_PER_ELEMENT;
    const bits = bitsOf(data);
    const plans = passes.map(({ around }) =>
      isSeparable(around) ? undefined : planGather(around, width, height, size),
    );
    const work = Math.max(...passes.map(({ around }, i) => workBytes(plans[i], around, width, size)));
    const rowBytes = width * size;
    const planeStride = planeStrideOf(rowBytes);
    const shape = { bits, width, height } as const;
    const [first, second] = passes;
    const areRectangles = second !== undefined && plans.every((plan) => plan === undefined);
    const steps = Math.max(...plans.map((plan) => (plan ? plan.widen.byteLength + 24 : 0)));
    const offsets = Math.max(...plans.map((plan) => plan?.offsets.byteLength ?? 0));
    // The last pass may still read the source, so that a result over the source is written aside first.
    const aside = data.buffer === out.buffer && data.byteOffset === out.byteOffset;
    const [a0 = 0, b0 = 0, c = 0, stripAt = 0, workAt = 0, stepsAt = 0, offsetsAt = 0] = scratch.layout(
      scratch.room(data),
      aside ? out.byteLength : scratch.roomFor(out),
      height * planeStride,
      areRectangles ? height * STRIP_BYTES : 0,
      work,
      steps,
      offsets,
    );
    const a = scratch.bring(a0, data);
    if (bits === 32 && exports.hasNaN(a, data.length)) return runPlainPasses(slice, passes, subtract, out);
    const b = aside ? b0 : scratch.aim(b0, out);

    let result = a;
    if (first && areRectangles) result = slideRectangles(first, second);
    else {
      passes.forEach((pass, i) => {
        const plan = plans[i];
        const from = subtract && i === passes.length - 1 ? a : 0;
        result = plan ? gather(pass, plan, result, from) : slideRectangle(pass, result);
      });
    }
    scratch.read(result, out);
    return out;

    // All return the plane of their result.
    function slideRectangle(pass: Pass, source: number): number {
      const { rows, columns } = createSweeps(exports, pass, shape, workAt);
      columns(source, rowBytes, c, planeStride);
      rows(c, planeStride, b, rowBytes, 0);
      return b;
    }

    function slideRectangles(one: Pass, other: Pass): number {
      const before = createSweeps(exports, one, shape, workAt);
      const after = createSweeps(exports, other, shape, workAt);
      before.rows(a, rowBytes, c, planeStride, 0);
      // Both sweeps down a strip before the next strip, while it is in the cache.
      for (let x = 0; x < rowBytes; x += STRIP_BYTES) {
        before.strip(c + x, planeStride, stripAt, STRIP_BYTES);
        after.strip(stripAt, STRIP_BYTES, c + x, planeStride);
      }
      after.rows(c, planeStride, b, rowBytes, subtract ? a : 0);
      return b;
    }

    // `from` is the plane to take the result from, 0 for none.
    function gather({ kind, around }: Pass, plan: GatherPlan, source: number, from: number): number {
      const target = source === b ? c : b;
      const suffix = `${kind === "min" ? "Min" : "Max"}${bits}` as const;
      const { strip, columns, stride } = plan;
      const mirrored = around.ignoresBorder ? 0 : 1;
      const fill = neutralBits[bits === 32 ? "float" : "integer"][kind];
      const padStrip = exports[`padStrip${bits}`];
      const widen = exports[`widen${suffix}`];
      scratch.integers(offsetsAt, plan.offsets.length).set(plan.offsets);
      for (let y = 0; y < height; y += plan.band)
        for (let x = 0; x < width; x += strip) {
          const left = Math.min(x, width - strip);
          const rows = Math.min(plan.band, height - y);
          const tall = rows + plan.rowReach;
          const [firstRow, firstColumn] = [y + around.top, left + around.left];
          padStrip(
            source,
            width,
            height,
            firstRow,
            firstColumn,
            tall,
            columns,
            mirrored,
            fill,
            workAt,
            stride,
          );
          scratch.integers(stepsAt, plan.widen.length).set(plan.widen);
          widen(workAt, stepsAt, plan.widen.length / 3, tall, stride);
          for (const { step, fewer } of plan.pair) {
            scratch.integers(stepsAt, 3).set(step);
            widen(workAt, stepsAt, 1, tall - fewer, stride);
          }
          const at = (y * width + left) * size;
          const count = plan.offsets.length;
          const [to, minus] = [target + at, from ? from + at : 0];
          exports[`gather${suffix}`](
            workAt,
            stride,
            offsetsAt,
            count,
            to,
            minus,
            width * size,
            strip * size,
            rows,
          );
        }
      return target;
    }
  };
}

// The sweeps take a window that contains its pixel.
function isSeparable({ isRectangle, top, bottom, left, right }: Neighbourhood): boolean {
  return isRectangle && top <= 0 && bottom >= 0 && left <= 0 && right >= 0;
}

function workBytes(plan: GatherPlan | undefined, around: Neighbourhood, width: number, size: number): number {
  return plan ? plan.bytes : sweepBytes(around, width * size, size);
}
