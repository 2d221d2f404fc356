import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isPlatewrightError, messageOf, PlatewrightError } from "@platewright/core";
import { cacheFolder } from "./cache-folder.ts";
import { ownModules } from "./module-aliases.ts";

/** The endings of modules. */
export const moduleEndings: readonly string[] = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

/** The full path of a module. Throws "declaration" where nothing, a folder or no module is there. `what` is its word in messages. */
function modulePath(path: string, what: string): string {
  const full = resolve(path);
  if (!existsSync(full))
    throw new PlatewrightError("declaration", `There is no ${what} ${full}. Check the path.`);
  if (statSync(full).isDirectory())
    throw new PlatewrightError("declaration", `${full} is a folder, not a ${what}. Name the file.`);
  if (!moduleEndings.includes(extname(full)))
    throw new PlatewrightError(
      "declaration",
      `The ${what} ${full} is no module: its ending is none of ${moduleEndings.join(", ")}.`,
    );
  return full;
}

/**
 * Loads a TypeScript or JavaScript module and answers its default export, else all of its exports. Nothing is written
 * beside it. Throws "declaration" where it can't be read or fails while it is loaded, with one sentence and the `cause`.
 */
export async function loadModule(path: string, what: string): Promise<unknown> {
  const full = modulePath(path, what);
  const plain = await loadPlain(full);
  if (plain) return plain.default ?? plain;
  try {
    const module = await translate(full, cacheFolder()).catch((thrown: unknown) => {
      if (!isFull(thrown)) throw thrown;
      return translate(full, false);
    });
    return module?.default ?? module;
  } catch (thrown) {
    throw new PlatewrightError("declaration", failureOf(full, what, thrown), { cause: thrown });
  }
}

/** Translates a module and what it imports; what comes of it is kept in `cache`, for it takes longer than all else at the start. */
async function translate(
  full: string,
  cache: string | false,
): Promise<{ readonly default?: unknown } | undefined> {
  const { createJiti } = await import("jiti");
  const own = ownModules();
  const jiti = createJiti(full, {
    fsCache: cache,
    moduleCache: false,
    interopDefault: false,
    virtualModules: own.loaded,
    alias: { ...own.paths },
  });
  return await jiti.import<{ readonly default?: unknown }>(full);
}

/** Whether there was no room to keep what was translated. */
function isFull(thrown: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EROFS"].includes((thrown as NodeJS.ErrnoException | undefined)?.code ?? "");
}

/**
 * JavaScript that finds this program's own copies by itself needs no translating. Answers `undefined` for anything else, and for a module that fails: loading it again tells why in better words.
 */
async function loadPlain(full: string): Promise<{ readonly default?: unknown } | undefined> {
  if (![".js", ".mjs"].includes(extname(full))) return undefined;
  try {
    const theirs = createRequire(full).resolve("@platewright/core");
    if (pathToFileURL(theirs).href !== import.meta.resolve("@platewright/core")) return undefined;
    return (await import(pathToFileURL(full).href)) as { readonly default?: unknown };
  } catch {
    return undefined;
  }
}

function failureOf(path: string, what: string, thrown: unknown): string {
  const text = messageOf(thrown);
  const [, problem, file, line, column] = /^\w*Error: (.*?)\.?\s*\n\s*(.+):(\d+):(\d+)$/s.exec(text) ?? [];
  if (problem !== undefined && file !== undefined) {
    const place = file === path ? `The ${what} ${path}` : `${file}, which the ${what} ${path} imports,`;
    // The parser counts columns from 0, editors from 1.
    return `${place} has a syntax error in line ${line}, column ${Number(column) + 1}: ${problem}.`;
  }
  const [, missing] = /^Cannot find (?:module|package) '([^']+)'/.exec(text) ?? [];
  if (missing !== undefined) {
    const remedy = /^[./]/.test(missing) ? "Check the path." : "Install it beside the module.";
    return `The ${what} ${path} imports "${missing}", which is not there. ${remedy}`;
  }
  if (isPlatewrightError(thrown)) return `The ${what} ${path} can't be loaded. ${text}`;
  return `The ${what} ${path} fails while it is loaded: ${text}`;
}
