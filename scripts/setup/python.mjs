import { capture } from "./run.mjs";

/** The first Python 3 that imports all of the modules; undefined where there is none. */
export function findPython(...modules) {
  const candidates = [process.env.PLATEWRIGHT_PYTHON, "/usr/bin/python3", "python3", "python"];
  return candidates.find((python) => python !== undefined && canImport(python, modules));
}

function canImport(python, modules) {
  const program = [
    "import sys",
    "assert sys.version_info.major == 3",
    ...modules.map((name) => `import ${name}`),
  ];
  return capture(python, ["-c", program.join("\n")]).ok;
}
