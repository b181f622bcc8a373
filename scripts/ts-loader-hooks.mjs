/** The module hooks that ts-loader.mjs registers. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const cache = fileURLToPath(new URL("node_modules/.cache/sqlmodel/ts-loader/", root));
let fromSource = false;

export function initialize({ from }) {
  fromSource = from === "source";
  mkdirSync(cache, { recursive: true });
}

export function resolve(specifier, context, next) {
  const ours = fromSource ? /^sqlmodel(?:\/([a-z]+))?$/.exec(specifier) : null;
  if (ours) return next(new URL(`src/${ours[1] ?? "index"}.ts`, root).href, context);
  // A module outside the repository (a temporary folder) finds the repository's packages.
  if (/^(sqlmodel|zod|better-sqlite3|pg|mysql2|@electric-sql\/pglite)(\/|$)/.test(specifier)) {
    return next(specifier, { ...context, parentURL: new URL("package.json", root).href });
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith("file:") || !new URL(url).pathname.endsWith(".ts")) return next(url, context);
  return { format: "module", shortCircuit: true, source: await transpile(url) };
}

/** JavaScript of a TypeScript file, from a cache keyed by its text. */
async function transpile(url) {
  const text = readFileSync(new URL(url), "utf8");
  const file = join(cache, `${createHash("sha256").update(url).update("\0").update(text).digest("hex")}.js`);
  try {
    return readFileSync(file, "utf8");
  } catch {
    const { default: ts } = await import("typescript");
    const { outputText } = ts.transpileModule(text, {
      fileName: url,
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        inlineSourceMap: true,
        inlineSources: true,
      },
    });
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, outputText);
    renameSync(partial, file);
    return outputText;
  }
}
