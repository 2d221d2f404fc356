import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleChild, startShell } from "../../../test/support/child.ts";
import { root } from "../../../test/support/workspace.ts";

const program = new URL("./children/say-devices.ts", import.meta.url);
const cache = join(root, "node_modules", ".cache");

/** What the program says; drivers and Dawn say nothing. */
async function say(script: string, env: string): Promise<unknown> {
  const output = await startShell(`exec env ${env} "${process.execPath}" "${script}" 2>&1`).output;
  return JSON.parse(output);
}

// Elsewhere the system itself brings drivers.
test.runIf(process.platform === "linux")(
  "without a driver the list is empty, and a sentence says what to install",
  async () => {
    mkdirSync(cache, { recursive: true });
    const said = await say(
      await bundleChild(program, cache),
      "VK_DRIVER_FILES=/nowhere VK_ICD_FILENAMES=/nowhere",
    );
    expect(said).toMatchObject({ list: [], remedy: expect.stringContaining("libvulkan1"), lease: "device" });
  },
);

test("without Dawn too", async () => {
  const said = await say(await bundleChild(program), "A=1");
  expect(said).toMatchObject({
    list: [],
    remedy: expect.stringContaining("npm install webgpu"),
    lease: "device",
  });
});
