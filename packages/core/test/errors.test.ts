import { isPlatewrightError, messageOf, PlatewrightError, throwIfAborted } from "@platewright/core";
import { expect, test } from "vitest";

test("an error has a code, frozen details and keeps its cause", () => {
  const cause = new Error("behind");
  const error = new PlatewrightError("array", "in front", { cause, index: 2 });
  expect(error).toMatchObject({ name: "PlatewrightError", code: "array", details: { index: 2 }, cause });
  expect(Object.isFrozen(error.details)).toBe(true);
  expect(isPlatewrightError(error)).toBe(true);
  expect(isPlatewrightError(error, "array")).toBe(true);
  expect(isPlatewrightError(error, "path")).toBe(false);
  for (const other of [cause, { code: "array" }, undefined]) expect(isPlatewrightError(other)).toBe(false);
  expect("cause" in new PlatewrightError("array", "alone")).toBe(false);
});

test("whatever is thrown has a message", () => {
  expect([messageOf(new Error("a")), messageOf("b"), messageOf(undefined)]).toEqual(["a", "b", "undefined"]);
});

test("an aborted signal is an error with the reason as its cause", () => {
  expect(throwIfAborted(undefined)).toBeUndefined();
  expect(throwIfAborted(new AbortController().signal)).toBeUndefined();
  const reason = new Error("enough");
  expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(
    expect.objectContaining({ code: "cancelled", cause: reason }),
  );
});
