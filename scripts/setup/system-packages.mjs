import { existsSync } from "node:fs";
import { findChromium } from "./chromium.mjs";
import { hasVulkanLoader } from "./graphics.mjs";
import { findPython } from "./python.mjs";
import { capture, run } from "./run.mjs";

/** What the tests use from outside npm: the Debian package, whether it is there (from apt or not), what it is for. */
export const testPackages = [
  {
    name: "python3",
    isThere: () => findPython() !== undefined,
    usedFor: "reading written files with other software",
  },
  {
    name: "python3-numpy",
    isThere: () => findPython("numpy") !== undefined,
    usedFor: "reading written NPY files with numpy",
  },
  {
    name: "python3-tifffile",
    isThere: () => findPython("numpy", "tifffile") !== undefined,
    usedFor: "reading written TIFF files with tifffile",
  },
  {
    name: "python3-zarr",
    isThere: () => findPython("numpy", "zarr", "numcodecs") !== undefined,
    usedFor: "reading written Zarr arrays with zarr",
  },
  {
    name: "libvulkan1",
    isThere: hasVulkanLoader,
    usedFor: "arrays and functions on a WebGPU device in Node",
  },
  {
    name: "chromium",
    isThere: () => findChromium() !== undefined,
    usedFor: "pipelines in a page, and WebGPU in software where there is no graphics card",
  },
];

/**
 * Installs what is missing with apt where that is possible, and says what is not. With CI=true something missing
 * ends the process with exit code 1: a check that did not run has not passed.
 */
export function ensureSystemPackages(list) {
  const missing = list.filter((item) => !item.isThere());
  if (missing.length === 0) return;
  const obstacle = installWithApt(missing.map((item) => item.name));
  const still = missing.filter((item) => !item.isThere());
  if (still.length === 0) return;
  for (const item of still) {
    console.error(`[setup] ${item.name} is missing. Skipped without it: ${item.usedFor}.`);
  }
  if (obstacle !== undefined) console.error(`[setup] It was not installed for you: ${obstacle}.`);
  if (process.env.CI === "true") {
    console.error("[setup] With CI=true nothing may be skipped: install what is missing and run again.");
    process.exit(1);
  }
}

// Gives back why nothing could be installed, or undefined.
function installWithApt(names) {
  if (!existsSync("/usr/bin/apt-get")) return "this system has no apt-get";
  const privilege = findPrivilege();
  if (privilege === undefined) return "apt-get needs root, and sudo asks for a password or is absent";
  const [command, ...before] = [...privilege, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
  const apt = (...args) =>
    run(command, [...before, ...args], { stdio: ["ignore", "ignore", process.stderr] });
  console.error(`[setup] apt-get install ${names.join(" ")}`);
  const install = () => apt("install", "-y", "--no-install-recommends", ...names);
  if (install() === 0) return undefined;
  console.error("[setup] apt-get update: the package lists are absent or old");
  apt("update");
  return install() === 0 ? undefined : "apt-get failed, its message stands above (is the machine offline?)";
}

function findPrivilege() {
  if (process.getuid?.() === 0) return [];
  return capture("sudo", ["-n", "true"]).ok ? ["sudo", "-n"] : undefined;
}
