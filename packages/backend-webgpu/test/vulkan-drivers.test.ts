import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { mayHaveVulkanDriver, type NodeProcess } from "../src/vulkan-drivers.ts";

/** A machine whose only files are those under `root`. */
function machine(root: string, env: NodeProcess["env"], platform = "linux"): NodeProcess {
  const fs = process.getBuiltinModule("node:fs");
  return {
    platform,
    env,
    getBuiltinModule: () => ({
      existsSync: (path) => fs.existsSync(join(root, path)),
      readdirSync: (path) => fs.readdirSync(join(root, path)),
    }),
  };
}

function emptyRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "platewright-drivers-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return root;
}

function install(root: string, file: string): void {
  mkdirSync(join(root, file, ".."), { recursive: true });
  writeFileSync(join(root, file), "{}");
}

test.each([
  ["/usr/share/vulkan/icd.d/radeon_icd.x86_64.json", {}],
  ["/etc/vulkan/icd.d/nvidia_icd.json", {}],
  ["/home/ada/.local/share/vulkan/icd.d/own.json", { HOME: "/home/ada" }],
  ["/data/vulkan/icd.d/own.json", { XDG_DATA_DIRS: "/other:/data" }],
  ["/opt/env/share/vulkan/icd.d/lvp.json", { LD_LIBRARY_PATH: "/opt/env/lib" }],
  ["/opt/driver.json", { VK_DRIVER_FILES: "/gone.json:/opt/driver.json" }],
  ["/opt/driver.json", { VK_ICD_FILENAMES: "/opt/driver.json" }],
  ["/opt/driver.json", { VK_ADD_DRIVER_FILES: "/opt/driver.json" }],
])("a driver's manifest %s is found with %o", (file, env) => {
  const root = emptyRoot();
  expect(mayHaveVulkanDriver(machine(root, env))).toBe(false);
  install(root, file);
  expect(mayHaveVulkanDriver(machine(root, env))).toBe(true);
});

test("a driver that was chosen is the only one", () => {
  const root = emptyRoot();
  install(root, "/usr/share/vulkan/icd.d/radeon_icd.x86_64.json");
  expect(mayHaveVulkanDriver(machine(root, { VK_DRIVER_FILES: "/gone.json" }))).toBe(false);
});

test("elsewhere the system brings drivers", () => {
  expect(mayHaveVulkanDriver(machine(emptyRoot(), {}, "darwin"))).toBe(true);
});
