/** Module hooks that translate TypeScript with the project's own compiler. Loaded by `load-module.ts` into Node's loader thread. */
import { existsSync, readFileSync } from "node:fs";
import type { InitializeHook, LoadHook, ResolveHook } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What is used of the package `typescript`. */
interface TypeScript {
  readonly transpileModule: (
    source: string,
    options: { readonly fileName: string; readonly compilerOptions: { readonly [name: string]: unknown } },
  ) => { readonly outputText: string };
  readonly ScriptTarget: { readonly ES2023?: number; readonly ESNext: number };
  readonly ModuleKind: { readonly ESNext: number };
}

let typescript: TypeScript | undefined;

export const initialize: InitializeHook<{ readonly typescript: string }> = async (data) => {
  const loaded = (await import(data.typescript)) as { readonly default: TypeScript };
  typescript = loaded.default;
};

const typescriptFile = /\.[cm]?tsx?$/;

/** "./models.js" and "./models" may be models.ts. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    const found = sourceOf(specifier, context.parentURL);
    if (found === undefined) throw error;
    return { url: found, shortCircuit: true };
  }
};

function sourceOf(specifier: string, parent: string | undefined): string | undefined {
  if (parent === undefined || !/^\.{0,2}\//.test(specifier)) return undefined;
  const path = fileURLToPath(new URL(specifier, parent));
  const written = path.replace(/\.([cm]?)js$/, ".$1ts");
  const candidates = [written, `${path}.ts`, `${path}.mts`, `${path}/index.ts`];
  const found = candidates.find((candidate) => typescriptFile.test(candidate) && existsSync(candidate));
  return found === undefined ? undefined : pathToFileURL(found).href;
}

export const load: LoadHook = async (url, context, nextLoad) => {
  const path = url.startsWith("file:") ? fileURLToPath(new URL(url)) : "";
  if (typescript === undefined || !typescriptFile.test(path) || path.includes("/node_modules/")) {
    return await nextLoad(url, context);
  }
  const { ScriptTarget, ModuleKind } = typescript;
  const { outputText } = typescript.transpileModule(readFileSync(path, "utf8"), {
    fileName: path,
    // ES2023 has no `using`, which Node 20 cannot parse.
    compilerOptions: {
      target: ScriptTarget.ES2023 ?? ScriptTarget.ESNext,
      module: ModuleKind.ESNext,
      inlineSourceMap: true,
      verbatimModuleSyntax: false,
    },
  });
  return { format: "module", source: outputText, shortCircuit: true };
};
