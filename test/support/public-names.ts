import { join } from "node:path";
import ts from "typescript";
import { type Entry, root } from "./workspace.ts";

/** Loads modules with the repository's own compiler options. */
export function loadModules(entries: readonly Entry[]): ts.Program {
  const path = join(root, "tsconfig.json");
  const config = ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  );
  if (config === undefined) throw new Error(`${path} could not be read.`);
  return ts.createProgram(
    entries.map((entry) => entry.source),
    config.options,
  );
}

/** Every name that an entry publishes, types too, with its kind: `function tophat`, `interface MemoryType`. */
export function publicNames(program: ts.Program, entry: Entry): readonly string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry.source);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) return [];
  return checker
    .getExportsOfModule(module)
    .map((symbol) => `${kindOf(checker, symbol)} ${symbol.name}`)
    .sort((a, b) => compare(wordOf(a), wordOf(b)));
}

function kindOf(checker: ts.TypeChecker, exported: ts.Symbol): string {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  if (symbol.flags & ts.SymbolFlags.Class) return "class";
  if (symbol.flags & ts.SymbolFlags.Function) return "function";
  if (symbol.flags & ts.SymbolFlags.Variable) return "const";
  if (symbol.flags & ts.SymbolFlags.Interface) return "interface";
  if (symbol.flags & ts.SymbolFlags.TypeAlias) return "type";
  return "name";
}

function wordOf(line: string): string {
  return line.slice(line.indexOf(" ") + 1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
}
