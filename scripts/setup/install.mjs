import { existsSync, readFileSync } from "node:fs";
import { inRoot } from "./root.mjs";
import { run } from "./run.mjs";

/** Installs the dependencies with `npm ci` unless node_modules already holds what package-lock.json says. */
export function ensureInstalled() {
  const reason = whyInstall();
  if (reason === undefined) return;
  console.error(`[setup] npm ci: ${reason}`);
  const started = Date.now();
  const code = run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    shell: process.platform === "win32",
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (code !== 0) {
    console.error(
      `[setup] npm ci failed with exit code ${code}. It needs the npm registry or a filled npm cache.`,
    );
    process.exit(1);
  }
  console.error(`[setup] installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

// npm keeps its own record of what it installed; comparing with it spares a marker file, and an `npm install` by hand counts.
function whyInstall() {
  const record = inRoot("node_modules", ".package-lock.json");
  if (!existsSync(record)) return "nothing is installed";
  const installed = packagesOf(record);
  for (const [path, wanted] of Object.entries(packagesOf(inRoot("package-lock.json")))) {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) continue;
    const there = installed[path];
    if (there === undefined) {
      if (wanted.optional || wanted.peer) continue; // for another platform, or left out on purpose
      return `${path} is missing`;
    }
    if (there.version !== wanted.version || there.integrity !== wanted.integrity)
      return `${path} is ${there.version}, the lockfile says ${wanted.version}`;
  }
  return undefined;
}

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, "utf8")).packages;
}
