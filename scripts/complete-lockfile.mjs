// node scripts/complete-lockfile.mjs [--check]: names in package-lock.json every optional package of another platform.
//
// npm leaves out an optional package that the registry at hand does not offer, and npm 11.19 and later then refuse
// `npm ci` ("Missing: @rollup/rollup-darwin-arm64@ from lock file"). An entry with version, os and cpu is enough for npm:
// it skips it here and fetches it where the platform fits. Run this after an `npm install` that changed the lockfile.
import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "./setup/root.mjs";

const path = inRoot("package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));
const added = {};
for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (find(parent, name)?.version !== undefined || !/^\d/.test(version)) continue;
    const top = `node_modules/${name}`;
    const place = (added[top]?.version ?? version) === version ? top : `${parent}/${top}`;
    const { cpu, libc, os } = platformOf(name);
    const dev = entry.dev === true ? true : undefined;
    added[place] = { version, cpu, dev, libc, optional: true, os }; // npm's own order
  }
}

const names = Object.keys(added);
if (names.length === 0) {
  console.log("package-lock.json names every optional package.");
} else if (process.argv.includes("--check")) {
  console.error(`package-lock.json lacks ${names.join(", ")}. Run: node scripts/complete-lockfile.mjs`);
  process.exitCode = 1;
} else {
  const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) =>
    a.localeCompare(b, "en"),
  );
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
  console.log(`Added ${names.length} optional packages to package-lock.json.`);
}

// As Node resolves: in the parent's own node_modules, then in each folder above it.
function find(parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const found = lock.packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`];
    if (found !== undefined || folder === "") return found;
  }
}

// The platform stands in the name of such a package: `@rollup/rollup-linux-arm64-musl`, `@turbo/windows-64`.
function platformOf(name) {
  const words = name.slice(name.indexOf("/") + 1).split("-");
  const os = words.find((word) =>
    /^(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win(32|dows))$/.test(word),
  );
  const cpu = words.find((word) =>
    /^(arm|arm64|ia32|loong64|mips64el|ppc64|riscv64|s390x|wasm32|x64|64)$/.test(word),
  );
  const libc = words.find((word) => /^(gnu|musl)/.test(word));
  const isGnu = libc?.startsWith("gnu");
  return {
    cpu: cpu === undefined ? undefined : [cpu === "64" ? "x64" : cpu],
    libc: libc === undefined || os !== "linux" ? undefined : [isGnu ? "glibc" : "musl"],
    os: os === undefined ? undefined : [os === "windows" ? "win32" : os],
  };
}
