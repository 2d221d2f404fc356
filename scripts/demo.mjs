// npm run demo -- [arguments of `platewright demo`]
import { ensureBuilt } from "./setup/build.mjs";
import { ensureInstalled } from "./setup/install.mjs";
import { inRoot } from "./setup/root.mjs";
import { run } from "./setup/run.mjs";

ensureInstalled();
ensureBuilt();
const cli = inRoot("packages", "cli", "dist", "bin.js");
process.exitCode = run(process.execPath, [cli, "demo", ...process.argv.slice(2)], { cwd: process.cwd() });
