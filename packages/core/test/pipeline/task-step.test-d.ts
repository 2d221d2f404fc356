import { definePipeline, defineTask, type Step, type TaskContext, taskStep } from "@platewright/core";
import { expectTypeOf, test } from "vitest";

const montage = defineTask<{ readonly scale: number }>({
  name: "montage",
  run({ params, images, signal }) {
    expectTypeOf(params.scale).toBeNumber();
    expectTypeOf(images[0]?.key.well).toEqualTypeOf<string | undefined>();
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
  },
});
const plain = defineTask({ name: "plain", run: () => {} });

test("parameters are those of the task", () => {
  const one = taskStep("a", montage, { params: { scale: 2 } });
  expectTypeOf(one).toEqualTypeOf<Step<{ name: "a"; needs: {}; gives: {} }>>();
  definePipeline({
    name: "p",
    steps: [one, taskStep("b", plain), taskStep("c", plain, { inputSource: "plate" })],
  });
  // @ts-expect-error parameters are missing
  taskStep("a", montage);
  // @ts-expect-error another type
  taskStep("a", montage, { params: { scale: "2" } });
  // @ts-expect-error images are not grouped for it
  taskStep("a", plain, { groupBy: "channel" });
  // @ts-expect-error the context has no such field
  defineTask({ name: "x", run: (context: TaskContext) => context.stack });
});
