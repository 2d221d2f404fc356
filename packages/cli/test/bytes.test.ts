import { describe, expect, test } from "vitest";
import { parseBytes } from "../src/flags/bytes.ts";

describe("sizes are read as people write them", () => {
  test.each([
    ["2GiB", 2 * 2 ** 30],
    ["512 MiB", 512 * 2 ** 20],
    ["1.5kib", 1536],
    ["3GB", 3e9],
    ["500mb", 5e8],
    ["1048576", 1048576],
    ["7 bytes", 7],
  ])("%s", (text, bytes) => expect(parseBytes(text, "--memory-limit")).toBe(bytes));

  test.each(["", "GiB", "-1", "0", "2XB", "1e400", "2 Gi B"])("%j is no size", (text) =>
    expect(() => parseBytes(text, "--memory-limit")).toThrow(`--memory-limit is "${text}", which is no size`),
  );
});
