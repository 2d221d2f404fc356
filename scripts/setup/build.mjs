import { inRoot } from "./root.mjs";
import { capture } from "./run.mjs";

/** Builds every package whose sources changed since it was last built (turbo keeps the rest); silent where it succeeds. */
export function ensureBuilt() {
  const turbo = inRoot("node_modules", "turbo", "bin", "turbo");
  const started = Date.now();
  const { ok, output } = capture(process.execPath, [turbo, "run", "build", "--output-logs=errors-only"], {
    env: { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1" },
  });
  if (!ok) {
    console.error(`${output}\n[setup] the build failed; its messages stand above.`);
    process.exit(1);
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  if (seconds > 0) console.error(`[setup] built in ${seconds} s`);
}
