// node scripts/print-test-summary.mjs <report.json>: prints `N passed, N failed` from a kept test report
import { countTests, summaryOf } from "./setup/test-report.mjs";

const [report, exitCode = "0"] = process.argv.slice(2);
if (report === undefined)
  throw new Error("Name the report: node scripts/print-test-summary.mjs <report.json> [exit code]");
console.log(summaryOf(countTests(report, Number(exitCode))));
