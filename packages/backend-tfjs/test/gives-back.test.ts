import { type NdArray, ndarray, ndarrayBackend } from "@platewright/backend-ndarray";
import { createPlatewright, definePipeline, step } from "@platewright/core";
import { expect, test } from "vitest";
import { createMemoryPlate } from "../../../test/support/memory-plate.ts";
import { computeTensor, shareMemory, tfjs, tfjsBackend } from "../src/index.ts";
import { counts, tf, useBackend } from "./support/backends.ts";

const half = tfjs({ name: "half", dtype: "float32" }, (stack) =>
  computeTensor(tf, stack, () => tf.div(tf.cast(stack, "float32"), 2)),
);
const measure = ndarray(
  { name: "measure", handsOn: true, specialOutputs: ["first"] },
  (stack: NdArray) => [stack, { first: stack.data[0] }] as const,
);

test.each(["cpu", "wasm"] as const)(
  "on %s no tensor is left of a well whose measured stack was a tensor's memory",
  async (backend) => {
    await useBackend(backend);
    const made = createMemoryPlate({ wells: ["A01", "A02"], channels: 1, planes: 2, shape: [20, 30] });
    const types = [ndarrayBackend(), tfjsBackend({ tf })] as const;
    const pw = createPlatewright(...types, ...shareMemory(types[1], types[0]), made.storage, made.layout);
    const plate = await pw.openPlate("plate");
    const steps = [step("half", half), step("measure", measure), step("again", half)] as const;
    const plan = await pw.compile(definePipeline({ name: "a", steps }), plate);
    const before = counts();
    const report = await pw.run(plan, { plate, out: "results" });
    expect(report.status).toBe("complete");
    expect(counts()).toEqual(before);
  },
);
