import { type Lazy, lazy, use } from "@platewright/core";
import { expectTypeOf, test } from "vitest";
import { grid } from "./fixtures/backends.ts";
import * as f from "./fixtures/functions.ts";

interface Model {
  readonly weights: Float32Array;
}
const segment = grid({ name: "segment" }, (stack, { model }: { model: Model; level?: number }) =>
  stack.pick(model.weights.length),
);
const model = lazy(async (): Promise<Model> => ({ weights: new Float32Array(1) }), {
  dispose: ({ weights }) => void weights.fill(0),
});

test("a lazy value is typed by what is made", () => {
  expectTypeOf(model).toEqualTypeOf<Lazy<Model>>();
  use(segment, { model });
  use(segment, { model, level: lazy(() => 1) });
  use(f.tophat, { radius: lazy(() => 3), shape: lazy((): "disk" | "square" => "disk") });
  // @ts-expect-error another type
  use(segment, { model: lazy(() => "model") });
  // @ts-expect-error another type
  use(f.tophat, { radius: lazy(() => "3") });
  // @ts-expect-error not one of the choices
  use(f.tophat, { shape: lazy((): "ring" => "ring") });
  // @ts-expect-error unknown key
  use(f.tophat, { radiuss: lazy(() => 3) });
  // @ts-expect-error dispose takes what is made
  lazy(() => 1, { dispose: (value: string) => value.length });
});
