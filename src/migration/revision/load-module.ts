/**
 * Imports a TypeScript or JavaScript file of the user's. Node itself strips types where it can; for older versions, and for
 * what Node cannot strip (enums, parameter properties) or resolve ("./models.js" that is models.ts), the project's own
 * `typescript` translates (`typescript-hooks.ts`).
 */
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { RevisionFileError } from "./errors.ts";

/** True once the hooks are there. */
let hasHooks = false;
/** Distinguishes an import after a failed one, which Node would remember. */
let attempt = 0;

/** The exports of a module. @throws RevisionFileError where it is missing, or cannot be read; what it throws itself passes. */
export async function loadModule(file: string): Promise<{ readonly [name: string]: unknown }> {
  if (!existsSync(file)) throw new RevisionFileError(file, "there is no such file.");
  const url = pathToFileURL(file).href;
  try {
    return (await import(url)) as { readonly [name: string]: unknown };
  } catch (error) {
    if (hasHooks || !isForTypescript(error)) throw asFileError(file, error);
    addHooks(file, error);
  }
  try {
    attempt += 1;
    return (await import(`${url}?attempt=${String(attempt)}`)) as { readonly [name: string]: unknown };
  } catch (error) {
    throw asFileError(file, error);
  }
}

const typescriptErrors: ReadonlySet<string> = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_MODULE_NOT_FOUND",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
  "ERR_UNSUPPORTED_DIR_IMPORT",
]);

function isForTypescript(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return typescriptErrors.has(code) || error instanceof SyntaxError;
}

/** Have the user's own TypeScript translate from now on. */
function addHooks(file: string, cause: unknown): void {
  let typescript: string;
  try {
    typescript = nodeModule.createRequire(file).resolve("typescript");
  } catch {
    throw needsTypescript(file, cause);
  }
  const hooks = new URL(`./typescript-hooks${extname(import.meta.url)}`, import.meta.url);
  nodeModule.register(hooks.href, { parentURL: import.meta.url, data: { typescript: pathToFileURL(typescript).href } });
  hasHooks = true;
}

function needsTypescript(file: string, cause: unknown): RevisionFileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new RevisionFileError(
    file,
    `Node ${process.versions.node} cannot import it (${reason}). Install \`typescript\` in the project, use Node 22.18 or newer, or write the file in JavaScript.`,
    { cause },
  );
}

/** Where Node says little about a file, its name is added. */
function asFileError(file: string, error: unknown): unknown {
  if (!isForTypescript(error)) return error;
  return new RevisionFileError(
    file,
    `it cannot be imported: ${error instanceof Error ? error.message : String(error)}`,
    {
      cause: error,
    },
  );
}
