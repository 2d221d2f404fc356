import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleChild, startShell } from "../../../test/support/child.ts";
import { describeGpu } from "../../../test/support/gpu.ts";
import { root } from "../../../test/support/workspace.ts";

const cache = join(root, "node_modules", ".cache"); // from there Dawn is found

describeGpu("a process with an open device", () => {
  test.each([
    ["idle", 0],
    ["reading", 0],
    ["exit", 0],
    ["throw", 1],
    ["threads", 0],
  ])(
    "ends by itself: %s",
    async (how, code) => {
      mkdirSync(cache, { recursive: true });
      const script = await bundleChild(new URL("./children/leave.ts", import.meta.url), cache);
      const child = startShell(`exec "${process.execPath}" "${script}" ${how}`);
      const ended = new Promise((resolve) =>
        child.process.once("exit", (status, signal) => resolve(signal ?? status)),
      );
      const output = await child.output;
      expect(output).toContain(`worked, ${how}`);
      expect(await ended, output).toBe(code);
    },
    60_000,
  );
});
