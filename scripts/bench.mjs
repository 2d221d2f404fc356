// npm run bench [-- <name>] [arguments of that benchmark]; a benchmark is a file bench/<name>.mjs, by default plate
import { existsSync, readdirSync } from "node:fs";
import { ensureBuilt } from "./setup/build.mjs";
import { ensureInstalled } from "./setup/install.mjs";
import { inRoot } from "./setup/root.mjs";
import { run } from "./setup/run.mjs";

const given = process.argv.slice(2);
const [name, ...args] = given[0] === undefined || given[0].startsWith("--") ? ["plate", ...given] : given;
const names = benchmarks();
if (!names.includes(name)) {
  console.error(`There is no benchmark "${name}". npm run bench -- <${names.join("|")}> [--json]`);
  process.exit(2);
}
ensureInstalled();
ensureBuilt();
process.exitCode = run(process.execPath, [inRoot("bench", `${name}.mjs`), ...args]);

function benchmarks() {
  if (!existsSync(inRoot("bench"))) return [];
  return readdirSync(inRoot("bench"))
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => file.slice(0, -".mjs".length))
    .sort();
}
