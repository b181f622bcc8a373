/** Revision files without files: their text is run where nothing is reachable but what they may import. */
import { createContext, runInContext } from "node:vm";
import ts from "typescript";
import * as entry from "../../src/migration.ts";

/** The exports of a revision file's text. */
export function evaluateRevision(text: string): { readonly [name: string]: unknown } {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, strict: true },
    reportDiagnostics: true,
  });
  const exports: { [name: string]: unknown } = {};
  const context = createContext({ exports, require: () => entry });
  runInContext(outputText, context);
  return exports;
}
