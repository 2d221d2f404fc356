import { existsSync, readFileSync } from "node:fs";

/**
 * The counts of a vitest JSON report. A test file that could not be loaded counts as one failure, and so does an error
 * outside any test (`exitCode` not zero without a failed test). A report that is absent is one failure.
 */
export function countTests(reportPath, exitCode = 0) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(reportPath)) return { ...counts, failed: 1 };
  for (const file of JSON.parse(readFileSync(reportPath, "utf8")).testResults) {
    for (const test of file.assertionResults) counts[statusOf(test)] += 1;
    if (file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"))
      counts.failed += 1;
  }
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** The tests of a vitest JSON report that did not run: their files, each with the names. */
export function skippedTests(reportPath) {
  if (!existsSync(reportPath)) return [];
  const files = JSON.parse(readFileSync(reportPath, "utf8")).testResults;
  return files.flatMap(({ name, assertionResults }) => {
    const names = assertionResults
      .filter((test) => statusOf(test) === "skipped")
      .map(({ fullName }) => fullName);
    return names.length > 0 ? [{ file: name, names }] : [];
  });
}

/** `N passed, N failed`, and `, N skipped` where there are any. */
export function summaryOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function statusOf(test) {
  if (test.status === "passed" || test.status === "failed") return test.status;
  return "skipped";
}
