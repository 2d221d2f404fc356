import { expect, test } from "vitest";
import { createRecent } from "../src/recent.ts";

test("a value is loaded once while it is kept; what was asked for longest ago goes first", async () => {
  const recent = createRecent<number>(100, (size) => size);
  const loads: string[] = [];
  const get = (key: string) =>
    recent(key, async () => {
      loads.push(key);
      return 40;
    });
  await Promise.all([get("a"), get("a"), get("b")]);
  await get("a");
  await get("c");
  expect(loads).toEqual(["a", "b", "c"]);
  await get("a");
  await get("b");
  expect(loads).toEqual(["a", "b", "c", "b"]);
});

test("what could not be loaded is loaded again", async () => {
  const recent = createRecent<string>(1);
  const failed = [1, 2].map(() => recent("a", () => Promise.reject(new Error("damaged"))));
  for (const each of failed) await expect(each).rejects.toThrow("damaged");
  expect(await recent("a", async () => "sound")).toBe("sound");
});
