/** Makes modules of a page's code blocks: one to type-check, one to run. Called by runner.ts. */
import ts from "typescript";
import { readBlocks, type Block } from "./blocks.ts";
import { rewriteExpectations } from "./rewrite.ts";
import { readSession, type SessionStep } from "./session.ts";

/** One generated file and where each of its lines comes from. */
export interface GeneratedFile {
  /** Relative to the page's folder. */
  readonly path: string;
  readonly text: string;
  /** For each line of `text`, from 0, the line of the page; null for what the runner wrote. */
  readonly origin: readonly (number | null)[];
}

export interface Page {
  /** Relative to the repository: "docs/models.md". */
  readonly name: string;
  readonly folder: string;
  /** What tsc sees: all but fragments, as written. */
  readonly check: readonly GeneratedFile[];
  /** What runs: without `no-run` blocks, each `//=>` turned into an assertion. */
  readonly run: readonly GeneratedFile[];
  /** The files of `run` to execute, in order. */
  readonly entries: readonly string[];
  /** The first line of each `fragment` block. */
  readonly fragments: readonly string[];
  /** What ```console blocks type, and the files that they find. */
  readonly session: readonly SessionStep[];
}

/** Read a page. Throws what is wrong with its marks. */
export function readPage(name: string, markdown: string): Page {
  const all = readBlocks(name, markdown);
  const blocks = all.filter(({ fragment }) => !fragment);
  const modules = splitModules(blocks);
  const runnable = modules.map(({ path, parts }) => ({ path, parts: parts.filter(({ noRun }) => !noRun) }));
  const run = runnable.filter(({ parts }) => parts.length > 0);
  return {
    name,
    folder: name.replace(/\.md$/, "").replace(/[^\w]+/g, "-"),
    check: modules.map(({ path, parts }) => moduleOf(path, parts)),
    run: run.map(({ path, parts }) => rewriteExpectations(name, moduleOf(path, parts))),
    entries: run.map(({ path }) => path).filter((path) => /^page(-\d+)?\.ts$/.test(path)),
    session: readSession(name, markdown),
    fragments: all.filter(({ fragment }) => fragment).map(({ lines }) => `${name}: ${lines[0]?.trim() ?? ""}`),
  };
}

interface Module {
  readonly path: string;
  readonly parts: Block[];
}

/**
 * Blocks of a page share a module, `page.ts`; `fresh` begins the next one, `file=` names another, whose later versions are
 * modules of their own.
 */
function splitModules(blocks: readonly Block[]): readonly Module[] {
  const modules = new Map<string, Module>();
  let current = 1;
  for (const block of blocks) {
    if (block.fresh && block.file === null) current += 1;
    const path = pathOf(block, current, modules);
    const module = modules.get(path) ?? { path, parts: [] };
    module.parts.push(block);
    modules.set(path, module);
  }
  return [...modules.values()];
}

function pathOf({ file, fresh }: Block, current: number, modules: ReadonlyMap<string, Module>): string {
  if (file === null) return current === 1 ? "page.ts" : `page-${current}.ts`;
  if (!fresh) return file;
  for (let version = 2; ; version += 1) {
    const path = file.replace(/\.ts$/, `-${version}.ts`);
    if (!modules.has(path)) return path;
  }
}

/** The blocks after each other, their imports merged at the top. */
function moduleOf(path: string, parts: readonly Block[]): GeneratedFile {
  const imports = new Imports();
  const lines: string[] = [];
  const origin: number[] = [];
  for (const { line, lines: written } of parts) {
    const rest = imports.take(written.join("\n")).split("\n");
    lines.push(...rest);
    origin.push(...rest.map((_, index) => line + index));
  }
  const head = [...imports.lines(), "export {};"];
  return { path, text: [...head, ...lines, ""].join("\n"), origin: [...head.map(() => null), ...origin] };
}

/** The import declarations of a module, each name once. */
class Imports {
  readonly #named = new Map<string, Map<string, boolean>>();
  readonly #other = new Set<string>();

  /** Remember the imports of `code`; gives it without them, its lines where they were. */
  take(code: string): string {
    const file = ts.createSourceFile("block.ts", code, ts.ScriptTarget.Latest, true);
    let rest = code;
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement)) continue;
      const [start, end] = [statement.getStart(), statement.getEnd()];
      rest = rest.slice(0, start) + rest.slice(start, end).replace(/[^\n]/g, " ") + rest.slice(end);
      this.#add(statement);
    }
    return rest;
  }

  #add(statement: ts.ImportDeclaration): void {
    const clause = statement.importClause;
    const bindings = clause?.namedBindings;
    if (clause === undefined || clause.name !== undefined || bindings === undefined || !ts.isNamedImports(bindings)) {
      this.#other.add(statement.getText().replaceAll(/\s*\n\s*/g, " "));
      return;
    }
    const from = statement.moduleSpecifier.getText();
    const names = this.#named.get(from) ?? new Map<string, boolean>();
    this.#named.set(from, names);
    for (const element of bindings.elements) {
      const isType = clause.phaseModifier === ts.SyntaxKind.TypeKeyword || element.isTypeOnly;
      const name = element.getText().replace(/^type\s+/, "");
      // A value import serves the type as well.
      names.set(name, isType && (names.get(name) ?? true));
    }
  }

  lines(): readonly string[] {
    const named = [...this.#named].map(([from, names]) => {
      const list = [...names].map(([name, isType]) => (isType ? `type ${name}` : name));
      return `import { ${list.join(", ")} } from ${from};`;
    });
    return [...named, ...this.#other];
  }
}
