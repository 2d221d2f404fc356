// npm run demo -- [arguments of `platewright demo`]
import "./ensure-built.mjs";
import { inRoot } from "./setup/root.mjs";
import { run } from "./setup/run.mjs";

const cli = inRoot("packages", "cli", "dist", "bin.js");
process.exitCode = run(process.execPath, [cli, "demo", ...process.argv.slice(2)], { cwd: process.cwd() });
