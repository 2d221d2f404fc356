// npm test -- [arguments of `vitest run`]; PLATEWRIGHT_TEST_REPORT names a file that keeps the JSON report
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ensureBuilt } from "./setup/build.mjs";
import { ensureInstalled } from "./setup/install.mjs";
import { findPython } from "./setup/python.mjs";
import { inRoot } from "./setup/root.mjs";
import { run } from "./setup/run.mjs";
import { ensureSystemPackages, testPackages } from "./setup/system-packages.mjs";
import { countTests, skippedTests, summaryOf } from "./setup/test-report.mjs";

ensureInstalled();
ensureSystemPackages(testPackages);
ensureBuilt();

const folder = mkdtempSync(join(tmpdir(), "platewright-test-"));
const report = process.env.PLATEWRIGHT_TEST_REPORT ?? join(folder, "report.json");
rmSync(report, { force: true });
const python = findPython("numpy", "tifffile");
const exitCode = run(
  process.execPath,
  [
    inRoot("node_modules", "vitest", "vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { env: python === undefined ? {} : { PLATEWRIGHT_PYTHON: python } },
);
const counts = countTests(report, exitCode);
for (const { file, names } of skippedTests(report)) {
  const [first, ...others] = names;
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  console.error(`Skipped in ${relative(inRoot(), file)}: ${first}${more}`);
}
rmSync(folder, { recursive: true, force: true });

const skippedInCi = process.env.CI === "true" && counts.skipped > 0;
if (counts.passed + counts.failed === 0) console.error("No test ran.");
if (skippedInCi) console.error("With CI=true no test may be skipped or left as todo.");
console.log(summaryOf(counts));
process.exitCode = counts.failed > 0 || counts.passed === 0 || skippedInCi ? 1 : 0;
