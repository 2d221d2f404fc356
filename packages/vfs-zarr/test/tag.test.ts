import fc from "fast-check";
import { expect, it } from "vitest";
import { tagOf } from "../src/checksums/tag.ts";

// From McGrew and Viega, "The Galois/Counter Mode of Operation", test case 1: AES-128 of a block of zeros, and the tag of nothing.
const hashKey = 0x66e94bd4ef8a2c3b884cfa59ca342b2en;
const tagOfNothing = 0x58e2fccefa7e3061367f1d57a4e7455an;

/** NIST SP 800-38D, 6.3: the product of two blocks. */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  let v = y;
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((x >> bit) & 1n) product ^= v;
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return product;
}

/** NIST SP 800-38D, 6.4 and 7.1, for data that is only authenticated. */
function tagByTheBook(bytes: Uint8Array): string {
  let hash = 0n;
  const add = (block: bigint): void => {
    hash = multiply(hash ^ block, hashKey);
  };
  for (let at = 0; at < bytes.length; at += 16) {
    const block = Buffer.alloc(16);
    block.set(bytes.subarray(at, at + 16));
    add(BigInt(`0x${block.toString("hex")}`));
  }
  add(BigInt(bytes.length * 8) << 64n);
  return (hash ^ tagOfNothing).toString(16).padStart(32, "0");
}

it("the tag of bytes is GMAC's", () => {
  expect(tagOf(new Uint8Array())).toBe(tagOfNothing.toString(16));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(tagOf(bytes)).toBe(tagByTheBook(bytes));
    }),
  );
});
