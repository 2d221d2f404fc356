import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { platewright } from "./support/command.ts";

interface Found {
  readonly plugins: readonly {
    readonly kind: string;
    readonly name: string;
    readonly devices?: readonly { readonly id: string; readonly processor: string }[];
    readonly backends?: readonly {
      readonly package: string;
      readonly isThere: boolean;
      readonly remedy?: string;
    }[];
  }[];
  readonly absent: readonly { readonly name: string; readonly remedy: string }[];
}

const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
const noAdapter = { VK_DRIVER_FILES: "/nowhere.json", VK_ICD_FILENAMES: "/nowhere.json" };

test("doctor --json names Node, SIMD and every plugin with its version", async () => {
  const { code, stdout, stderr } = await platewright(["doctor", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const found = JSON.parse(stdout) as Found;
  expect(found).toMatchObject({
    ok: true,
    node: { version: process.versions.node, ok: true },
    simd: true,
    cores: expect.any(Number),
    folder: { path: process.cwd(), writable: true },
  });
  const memory = [...found.plugins.filter(({ kind }) => kind === "memory-type"), ...found.absent];
  expect(memory.map(({ name }) => name).sort()).toEqual(["ndarray", "tfjs", "webgpu"]);
  expect(found.plugins.filter(({ kind }) => kind !== "memory-type").map(({ name }) => name)).toEqual([
    "disk",
    "zarr",
    "imagexpress",
    "opera-phenix",
    "ome-zarr",
  ]);
  for (const plugin of found.plugins)
    expect(plugin).toMatchObject({ package: expect.stringContaining("@platewright/"), version: "0.1.0" });
});

test("doctor tells people the same, and what to do", async () => {
  const { code, stdout } = await platewright(["doctor"]);
  expect(code).toBe(0);
  expect(stdout).toContain(process.versions.node);
  expect(stdout).toMatch(/memory type ndarray \(@platewright\/backend-ndarray \d/);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});

describe("where there is no graphics adapter", () => {
  test("webgpu is absent, with what to install, and TensorFlow.js on it too", async () => {
    const { stdout, stderr } = await platewright(["doctor", "--json"], { env: noAdapter });
    expect(stderr).toBe("");
    const { absent, plugins } = JSON.parse(stdout) as Found;
    expect(absent).toMatchObject([{ name: "webgpu", remedy: expect.stringMatching(/adapter|webgpu/) }]);
    const backends = plugins.find(({ name }) => name === "tfjs")?.backends ?? [];
    expect(backends.filter(({ isThere }) => isThere).map((backend) => backend.package)).toEqual([
      "@tensorflow/tfjs-backend-wasm",
      "@tensorflow/tfjs-backend-cpu",
    ]);
    for (const { isThere, remedy } of backends) expect(remedy === undefined).toBe(isThere);
  });
});

test.runIf(existsSync(swiftShader) || process.env.CI === "true")(
  "a program that stands in for a GPU is told apart from one",
  async () => {
    const env = { VK_DRIVER_FILES: swiftShader, VK_ICD_FILENAMES: swiftShader };
    const { stdout } = await platewright(["doctor", "--json"], { env });
    const { plugins } = JSON.parse(stdout) as Found;
    expect(plugins.find(({ name }) => name === "webgpu")?.devices).toMatchObject([
      { id: "webgpu:0", name: expect.stringContaining("SwiftShader"), processor: "software" },
    ]);
    const text = await platewright(["doctor"], { env });
    expect(text.stdout).toMatch(/✓ webgpu:0 .*a program standing in for a GPU/);
  },
);
