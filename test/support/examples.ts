import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { listPackages, readText, root } from "./workspace.ts";

/** A TypeScript block of a README, as written, and whether it is run or only type-checked. */
export interface Example {
  readonly name: string;
  readonly code: string;
  readonly runs: boolean;
}

/** Every block fenced as ts in a README, named by its file and line; ```` ```ts no-run ```` marks one that is not run. */
export function examplesOf(readme: string): readonly Example[] {
  const lines = readText(readme).split("\n");
  return lines.flatMap((line, start) => {
    const words = /^```(?:ts|typescript)\b(.*)$/.exec(line)?.[1]?.trim();
    if (words === undefined) return [];
    if (words !== "" && words !== "no-run")
      throw new Error(
        `${readme}:${start + 1}: a ts block is fenced as "\`\`\`ts" or "\`\`\`ts no-run", not "${line}".`,
      );
    const end = lines.indexOf("```", start);
    const code = lines.slice(start + 1, end === -1 ? undefined : end).join("\n");
    return [{ name: `${readme}:${start + 1}`, code, runs: words === "" }];
  });
}

/** The READMEs of the repository and of its packages, as paths from the root. */
export function listReadmes(): readonly string[] {
  return ["README.md", ...listPackages().map(({ folder }) => `packages/${folder}/README.md`)];
}

/** The examples as files in a folder from which the packages resolve to what was built. */
export interface Extracted {
  /** The example as a module for Node. */
  script(example: Example): string;
  /** What the compiler says about it, one line each, with line numbers of the block. */
  problems(example: Example): readonly string[];
}

/** Writes examples to files and loads them into one compiler program. */
export function extractExamples(examples: readonly Example[]): Extracted {
  const folder = join(root, "node_modules", ".cache", "platewright-examples");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  const file = (example: Example, extension: string): string =>
    join(folder, `${example.name.replace(/\W+/g, "-")}${extension}`);
  for (const example of examples) {
    writeFileSync(file(example, ".ts"), example.code);
    writeFileSync(file(example, ".mjs"), toJavaScript(example.code));
  }
  const program = ts.createProgram(
    examples.map((example) => file(example, ".ts")),
    options,
  );
  return {
    script: (example) => file(example, ".mjs"),
    problems(example) {
      const source = program.getSourceFile(file(example, ".ts"));
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        wordsOf,
      );
    },
  };
}

// What a careful user's project has: strict and modern.
const options: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  noEmit: true,
  types: ["node"],
  typeRoots: [join(root, "node_modules", "@types")],
};

function toJavaScript(code: string): string {
  return ts.transpileModule(code, { compilerOptions: { ...options, module: ts.ModuleKind.ES2022 } })
    .outputText;
}

function wordsOf({ file, start, messageText }: ts.Diagnostic): string {
  const line =
    file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
  return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
}
