import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built command. */
export const bin: string = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Where and how it is run. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built command as a user would, its output going to pipes. */
export function startPlatewright(args: readonly string[], { cwd, env }: Surroundings = {}): Running {
  if (!existsSync(bin)) throw new Error(`${bin} is not built. Run npm run build first.`);
  return start(process.execPath, [bin, ...args], { cwd, env });
}

/** Runs the built command to its end. */
export function platewright(args: readonly string[], surroundings?: Surroundings): Promise<Ended> {
  return startPlatewright(args, surroundings).ended;
}

/** Starts any program. */
export function start(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string | undefined; readonly env?: Surroundings["env"] | undefined } = {},
): Running {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}
