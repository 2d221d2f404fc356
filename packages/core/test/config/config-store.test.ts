import { createConfigStore, type GlobalSettings, PlatewrightError } from "@platewright/core";
import { describe, expect, test, vi } from "vitest";

describe("a configuration that is edited while it is used", () => {
  test("an edit is seen at once, but handed on only when it is saved", () => {
    const store = createConfigStore({ global: { workers: 2 } });
    const before = store.saved();
    store.update("global", { workers: 4 });
    expect(store.working().global.workers).toBe(4);
    expect(store.saved()).toBe(before);
    expect(store.isDirty()).toBe(true);
    const saved = store.save();
    expect(saved.global.workers).toBe(4);
    expect(store.isDirty()).toBe(false);
    expect(before.global.workers).toBe(2);
  });

  test("what was saved is frozen, and a later edit does not reach it", () => {
    const policy = { rescale: [0, 100] as [number, number] };
    const store = createConfigStore();
    store.update({ step: "a" }, { dtype: policy });
    const saved = store.save();
    policy.rescale[1] = 5;
    expect(saved.steps.a?.dtype).toEqual({ rescale: [0, 100] });
    expect(() => Object.assign(saved.global, { workers: 9 })).toThrow(TypeError);
  });

  test("a step may be named as what every object has", () => {
    const store = createConfigStore();
    expect(store.resolve({ step: "constructor" }).origins.dtype).toBe("default");
    expect(store.update({ step: "constructor" }, { dtype: "native" })).toMatchObject([{ to: "native" }]);
    expect(store.resolve({ step: "constructor" }).values.dtype).toBe("native");
  });

  test("subscribers hear what changed and which levels below see another value", () => {
    const store = createConfigStore({ pipeline: {}, steps: { own: { dtype: "native" }, heir: {} } });
    const heard = vi.fn();
    const stop = store.subscribe(heard);
    store.update("global", { dtype: { rescale: [0, 1] } });
    expect(heard).toHaveBeenCalledExactlyOnceWith([
      {
        level: "global",
        name: "dtype",
        from: undefined,
        to: { rescale: [0, 1] },
        affects: ["global", "pipeline", { step: "heir" }],
      },
    ]);
    store.update("global", { dtype: { rescale: [0, 1] } });
    expect(heard).toHaveBeenCalledTimes(1);
    stop();
    store.update("global", { dtype: "native" });
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test("undefined inherits again", () => {
    const store = createConfigStore({ global: { missing: "skip" }, pipeline: { missing: "error" } });
    expect(store.resolve("pipeline")).toMatchObject({
      values: { missing: "error" },
      origins: { missing: "pipeline" },
    });
    store.update("pipeline", { missing: undefined as never });
    expect(store.resolve("pipeline")).toMatchObject({
      values: { missing: "skip" },
      origins: { missing: "global" },
    });
    expect(store.resolve("pipeline", "saved").values.missing).toBe("error");
  });

  test.each<[string, GlobalSettings]>([
    ["an unknown name", { wokers: 2 } as GlobalSettings],
    ["a wrong value", { workers: 0 }],
  ])("%s is refused, and nothing changes", (_, patch) => {
    const store = createConfigStore({ global: { workers: 3 } });
    const before = store.working();
    expect(() => store.update("global", patch)).toThrow(PlatewrightError);
    expect(store.working()).toBe(before);
  });

  test("a setting is refused at a level it does not belong to", () => {
    const store = createConfigStore();
    expect(() => store.update({ step: "a" }, { workers: 2 })).toThrow(/can only be set at the global level/);
    expect(() => store.update("plate" as never, { workers: 2 })).toThrow(/There is no level "plate"/);
  });

  test("going back to what was saved tells what that changes", () => {
    const store = createConfigStore({ global: { workers: 1 } });
    store.update("global", { workers: 8 });
    expect(store.revert()).toMatchObject([{ level: "global", name: "workers", from: 8, to: 1 }]);
    expect(store.isDirty()).toBe(false);
  });
});
