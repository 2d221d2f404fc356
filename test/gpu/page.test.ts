import { describe, expect, test } from "vitest";
import { describeBrowser, openTestPage } from "../support/browser.ts";
import { gpuDevices } from "../support/gpu.ts";
import { install, mixed, runPlan } from "./pages/run-plan.ts";

const describeBoth = gpuDevices.length > 0 ? describeBrowser : describe.skip;

describeBoth("a plan in a page", { timeout: 240_000 }, () => {
  test("a plan compiled in Node gives the same bytes in a page", async () => {
    const { pw, plate } = await install();
    const plan = JSON.stringify(await pw.compile(mixed, plate));
    const inNode = await runPlan(plan);
    expect(Object.keys(inNode)).toHaveLength(4);
    const page = await openTestPage(new URL("./pages/run-plan.ts", import.meta.url));
    try {
      expect(await page.call("runPlan", plan)).toEqual(inNode);
    } finally {
      await page.close();
    }
  });
});
