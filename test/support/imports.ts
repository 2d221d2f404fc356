import { posix } from "node:path";
import ts from "typescript";
import { readText } from "./workspace.ts";

/** One import in a source file; `target` is the repository path of a relative one. */
export interface Import {
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  readonly target: string | undefined;
}

/** Everything a TypeScript file imports, type imports and dynamic imports too. */
export function importsOf(file: string): readonly Import[] {
  const source = ts.createSourceFile(file, readText(file), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const target = specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : undefined;
      found.push({ file, line, specifier, target });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `packages/core/src/a.ts:3 imports ../b.ts`, for the list of a failed test. */
export function sentenceOf({ file, line, specifier }: Import): string {
  return `${file}:${line} imports ${specifier}`;
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return textOf(node.arguments[0]);
  return undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}
