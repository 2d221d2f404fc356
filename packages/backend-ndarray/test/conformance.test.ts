import { createHostArray, createTypedArray, type HostArray, sizeOf } from "@platewright/core";
import { conversionCases, type Layout, memoryTypeCases } from "@platewright/core/testing";
import { test } from "vitest";
import { type NdArray, ndarrayBackend, wrap } from "../src/index.ts";

/** Views of one ndarray in other layouts, and what they hold, found value by value. */
function layouts({ shape, dtype, data }: HostArray): readonly Layout[] {
  const whole = wrap(shape, dtype, data);
  const views: readonly (readonly [string, NdArray])[] = [
    ["whole", whole],
    ["reversed", whole.step(-1, -1, -1) as NdArray],
    ["every second row backwards", whole.step(1, -2, 1) as NdArray],
    ["transposed", whole.transpose(2, 0, 1) as NdArray],
    ["a part", whole.lo(1, 2, 1).hi(2, 3, 3) as NdArray],
    ["a plane across", whole.pick(null, 2, null) as NdArray],
  ];
  return views.map(([name, array]) => ({ name, array, expected: valueByValue(array, dtype) }));
}

function valueByValue(array: NdArray, dtype: HostArray["dtype"]): HostArray {
  const data = createTypedArray(dtype, sizeOf(array.shape));
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    const index = array.shape.map(() => 0);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = rest % (array.shape[axis] as number);
      rest = Math.floor(rest / (array.shape[axis] as number));
    }
    data[i] = array.get(...index);
  }
  return createHostArray(array.shape, dtype, data);
}

const subject = { type: ndarrayBackend(), layouts };
for (const { name, run } of [...memoryTypeCases(subject), ...conversionCases([subject])]) test(name, run);
