import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hashOf, sha256, stableJson } from "../../src/compile/plan/hash.ts";

const reference = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("SHA-256 is that of the platform at every length around a block's border", () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 7 + length);
    expect(sha256(bytes), String(length)).toBe(reference(bytes));
  }
});

test("property: SHA-256 is that of the platform", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      expect(sha256(bytes)).toBe(reference(bytes));
    }),
    { numRuns: 60 },
  );
});

test("property: a hash does not depend on the order in which fields were written", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(hashOf(turned)).toBe(hashOf(value));
      expect(JSON.parse(stableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
  expect(hashOf({ a: 1 })).toHaveLength(32);
  expect(hashOf(undefined)).toHaveLength(32);
});
