import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { missingFunctions, type Pipeline, type Plan } from "@platewright/core";

/**
 * The exports of the packages that a plan's functions come from, where the pipeline does not give them: the package itself
 * and its subpath named for the memory type. Looked for beside this program, the pipeline and the working directory. A
 * package that is not installed gives nothing: what lacks in the end is told by whoever runs the plan.
 */
export async function findFunctions(
  plan: Plan,
  pipeline: Pipeline | undefined,
  pipelinePath: string | undefined,
): Promise<readonly unknown[]> {
  const specifiers = new Set(
    missingFunctions(plan, { pipeline }).flatMap(({ package: from, memoryType }) =>
      from === undefined ? [] : [`${from}/${memoryType}`, from],
    ),
  );
  const folders = [...(pipelinePath === undefined ? [] : [dirname(pipelinePath)]), process.cwd()];
  const found: unknown[] = [];
  for (const specifier of specifiers) {
    const exports = await importFrom(specifier, folders);
    found.push(...Object.values(exports ?? {}));
  }
  return found;
}

async function importFrom(
  specifier: string,
  folders: readonly string[],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return (await import(specifier)) as Record<string, unknown>;
  } catch (thrown) {
    if (!isAbsent(thrown)) throw thrown;
  }
  const { createJiti } = await import("jiti");
  for (const folder of folders) {
    const jiti = createJiti(pathToFileURL(resolve(folder, "from-here.js")).href, { fsCache: false });
    try {
      return await jiti.import<Record<string, unknown>>(specifier);
    } catch (thrown) {
      if (!isAbsent(thrown)) throw thrown;
    }
  }
  return undefined;
}

function isAbsent(thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED"].includes(code ?? "");
}
