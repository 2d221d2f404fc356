import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { root } from "./root.mjs";

/** Runs a command in the repository with its output shown, and gives its exit code (128 + n for signal n). */
export function run(command, args, options = {}) {
  const { env, ...rest } = options;
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
    ...rest,
  });
  if (result.error !== undefined) {
    console.error(`${command} could not be started: ${result.error.message}`);
    return 127;
  }
  return result.signal === null ? result.status : 128 + constants.signals[result.signal];
}

/** Runs a command silently: `{ ok, output }`, where output is stdout and stderr together. */
export function capture(command, args, options = {}) {
  const { env, ...rest } = options;
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
    ...rest,
  });
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`;
  return { ok: result.status === 0, output };
}
