import { expect, test } from "vitest";
import { mapLimited } from "../src/map-limited.ts";

test("items are mapped in their order, no more than allowed at once", async () => {
  let now = 0;
  let most = 0;
  const mapped = await mapLimited([3, 1, 2, 0, 5], 2, async (item) => {
    most = Math.max(most, ++now);
    for (let i = 0; i < item; i++) await Promise.resolve();
    now--;
    return item * 10;
  });
  expect(mapped).toEqual([30, 10, 20, 0, 50]);
  expect(most).toBe(2);
  expect(await mapLimited([], 2, async (item) => item)).toEqual([]);
});

test("after a failure none is begun any more", async () => {
  const begun: number[] = [];
  const mapping = mapLimited([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 1) throw new Error("damaged");
  });
  await expect(mapping).rejects.toThrow("damaged");
  for (let i = 0; i < 20; i++) await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
});
