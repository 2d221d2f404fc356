import { createPlatewright, definePhase, type PluginPhase } from "@platewright/core";
import { expectTypeOf, test } from "vitest";

test("a phase sees what is written before it", () => {
  definePhase({
    name: "a",
    after: "step-plans",
    run(draft) {
      expectTypeOf(draft.steps[0]?.name).toEqualTypeOf<string | undefined>();
      return draft.wells.size;
    },
  });
  definePhase({ name: "a", after: "zarr-stores", run: ({ stores }) => stores.length });
  definePhase({ name: "a", after: "materialisation", run: ({ steps }) => steps[0]?.output?.folder });
  definePhase({ name: "a", after: "memory-contracts", run: ({ functions }) => functions.size });
  definePhase({ name: "a", after: "gpu-assignment", run: async ({ wellDevices }) => wellDevices.size });
});

test("a phase that reads what nobody has written yet does not compile", () => {
  // @ts-expect-error the stores are declared later
  definePhase({ name: "a", after: "step-plans", run: ({ stores }) => stores.length });
  // @ts-expect-error where a step writes is planned later
  definePhase({ name: "a", after: "zarr-stores", run: ({ steps }) => steps[0]?.output });
  // @ts-expect-error functions are chosen later
  definePhase({ name: "a", after: "materialisation", run: ({ functions }) => functions.size });
  // @ts-expect-error devices are assigned later
  definePhase({ name: "a", after: "memory-contracts", run: ({ wellDevices }) => wellDevices.size });
  // @ts-expect-error there is no such phase
  definePhase({ name: "a", after: "the-end", run: () => 1 });
});

test("a draft can't be changed", () => {
  definePhase({
    name: "a",
    after: "zarr-stores",
    run(draft) {
      // @ts-expect-error read-only
      draft.storage = "disk";
      // @ts-expect-error read-only
      draft.stores.push();
    },
  });
});

test("a plain object is typed by its after, too", () => {
  createPlatewright({ kind: "phase", name: "a", after: "zarr-stores", run: ({ storage }) => storage });
  createPlatewright({
    kind: "phase",
    name: "a",
    after: "step-plans",
    // @ts-expect-error the storage is written later
    run: ({ storage }) => storage,
  });
  expectTypeOf(definePhase({ name: "a", after: "zarr-stores", run: () => 1 })).toEqualTypeOf<
    PluginPhase<"zarr-stores">
  >();
});
