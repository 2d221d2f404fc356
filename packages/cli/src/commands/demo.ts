import { parseCount } from "../config/flag-settings.ts";
import type { RunCommand } from "./command.ts";

/** `platewright demo`: a plate with known truth, made and run. */
export const demo: RunCommand = async ({ given, output }) => {
  const { runDemo } = await import("../demo/index.ts");
  const workers = given.text("workers");
  return await runDemo({
    folder: given.text("out") ?? "platewright-demo",
    workers: workers === undefined ? 1 : parseCount("--workers", workers),
    quiet: output.quiet,
    json: output.json,
    write: (text) => void process.stdout.write(text),
    note: (text) => void (output.quiet || process.stderr.write(text)),
  });
};
