import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeBrowser, openTestPage, type TestPage } from "../../../test/support/browser.ts";

describeBrowser("in a page", { timeout: 240_000 }, () => {
  let page: TestPage;
  beforeAll(async () => {
    page = await openTestPage(new URL("./pages/conformance.ts", import.meta.url));
  }, 60_000);
  afterAll(() => page?.close());

  const wasm = (): string => {
    const resolve = createRequire(import.meta.url).resolve;
    const file = resolve("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm");
    return readFileSync(file).toString("base64");
  };

  test.each([
    ["onCpu", []],
    ["onWasm", [wasm()]],
    ["onWebgpu", []],
    ["onOwnWebgpu", []],
  ])("%s the memory type keeps the promises that it keeps in Node", async (name, args) => {
    const { held, failed } = await page.call<{ held: number; failed: string[] }>(name, ...args);
    expect(failed).toEqual([]);
    expect(held).toBeGreaterThan(100);
  });
});
