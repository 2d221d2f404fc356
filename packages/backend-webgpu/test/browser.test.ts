import { afterAll, beforeAll, expect, test } from "vitest";
import { describeBrowser, openTestPage, type TestPage } from "../../../test/support/browser.ts";

describeBrowser("in a page", () => {
  let page: TestPage;
  beforeAll(async () => {
    page = await openTestPage(new URL("./pages/conformance.ts", import.meta.url));
  }, 60_000);
  afterAll(() => page?.close());

  test("an adapter is found", async () => {
    expect(await page.call("adapter")).toMatch(/swiftshader/i);
  });

  test("the memory type keeps the promises that it keeps in Node", async () => {
    const { held, failed } = await page.call<{ held: number; failed: string[] }>("runAll");
    expect(failed).toEqual([]);
    expect(held).toBeGreaterThan(150);
  }, 240_000);
});
