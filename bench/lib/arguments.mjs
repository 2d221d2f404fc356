// What every benchmark understands: --json, --wells n, --workers n, --runs n.
import { parseArgs } from "node:util";

export function readArguments(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        json: { type: "boolean", default: false },
        wells: { type: "string", default: "8" },
        workers: { type: "string", default: "1" },
        runs: { type: "string", default: "3" },
      },
    });
    const count = (name) => {
      const number = Number(values[name]);
      if (Number.isInteger(number) && number >= 1) return number;
      throw new Error(`--${name} is "${values[name]}"; give a whole number from 1.`);
    };
    return { json: values.json, wells: count("wells"), workers: count("workers"), runs: count("runs") };
  } catch (error) {
    console.error(error.message);
    console.error("npm run bench -- <name> [--json] [--wells n] [--workers n] [--runs n]");
    process.exit(2);
  }
}
