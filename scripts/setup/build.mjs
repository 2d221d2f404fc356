import { inRoot } from "./root.mjs";
import { run } from "./run.mjs";

/** Builds every package whose sources changed since it was last built (turbo keeps the rest). */
export function ensureBuilt() {
  const turbo = inRoot("node_modules", "turbo", "bin", "turbo");
  const code = run(process.execPath, [turbo, "run", "build", "--output-logs=errors-only"], {
    env: { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (code !== 0) {
    console.error(`[setup] the build failed with exit code ${code}; its messages stand above.`);
    process.exit(1);
  }
}
