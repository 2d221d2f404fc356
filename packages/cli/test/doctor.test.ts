import { expect, test } from "vitest";
import { platewright } from "./support/command.ts";

test("doctor --json names Node, SIMD, every plugin with its version, and what is absent", async () => {
  const { code, stdout, stderr } = await platewright(["doctor", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const found = JSON.parse(stdout) as { readonly plugins: readonly { readonly name: string }[] };
  expect(found).toMatchObject({
    ok: true,
    node: { version: process.versions.node, ok: true },
    simd: true,
    cores: expect.any(Number),
    folder: { path: process.cwd(), writable: true },
    absent: [{ name: "webgpu" }, { name: "tfjs" }],
  });
  expect(found.plugins.map(({ name }) => name)).toEqual([
    "ndarray",
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
  expect(stdout).toMatch(/memory type webgpu: not installed; /);
});
