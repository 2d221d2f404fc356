import { afterEach, expect, test, vi } from "vitest";
import { createStyle } from "../src/output/style.ts";

afterEach(() => vi.unstubAllEnvs());

test("a terminal is painted, unless NO_COLOR is set or it is dumb", () => {
  vi.stubEnv("TERM", "xterm");
  vi.stubEnv("NO_COLOR", "");
  expect(createStyle({ isTTY: true }).red("no")).toBe("\u001b[31mno\u001b[39m");
  expect(createStyle({}).red("no")).toBe("no");
  vi.stubEnv("NO_COLOR", "1");
  expect(createStyle({ isTTY: true }).red("no")).toBe("no");
  vi.stubEnv("NO_COLOR", "");
  vi.stubEnv("TERM", "dumb");
  expect(createStyle({ isTTY: true }).red("no")).toBe("no");
});
