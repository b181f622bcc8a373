/** Turns `//=> value` comments into assertions. Called by page.ts. */
import ts from "typescript";
import type { GeneratedFile } from "./page.ts";

const support = new URL("./expectation.ts", import.meta.url).href;

interface Edit {
  readonly at: number;
  readonly text: string;
}

/** The module with every `//=>` asserted; its lines stay where they are, but for one import before them. */
export function rewriteExpectations(page: string, { path, text, origin }: GeneratedFile): GeneratedFile {
  const file = ts.createSourceFile("page.ts", text, ts.ScriptTarget.Latest, true);
  const edits: Edit[] = [];
  const expected = new Set<number>();

  const visit = (node: ts.Node): void => {
    const note = noteAfter(text, node.getEnd());
    if (note !== null && isAssertable(node)) {
      const { line } = file.getLineAndCharacterOfPosition(note.at);
      expected.add(line);
      edits.push(...assertion(node, note.expected, `${page}:${origin[line] ?? "?"}`));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);

  for (const [line, code] of text.split("\n").entries()) {
    if (!/\/\/\s?=>/.test(code) || expected.has(line)) continue;
    throw new Error(`${page}:${origin[line] ?? "?"}: '//=>' must follow an expression or a variable on its line.`);
  }
  let code = text;
  for (const { at, text: inserted } of edits.sort((a, b) => b.at - a.at))
    code = code.slice(0, at) + inserted + code.slice(at);
  return { path, text: `import { __expect, __throws } from "${support}";\n${code}`, origin: [null, ...origin] };
}

function isAssertable(node: ts.Node): node is ts.ExpressionStatement | ts.VariableStatement {
  return ts.isExpressionStatement(node) || ts.isVariableStatement(node);
}

/** The `//=> …` that follows on the line, with the comment lines that go on with it. */
function noteAfter(text: string, end: number): { at: number; expected: string } | null {
  const [first = "", ...rest] = text.slice(end).split("\n");
  const found = /^\s*;?\s*\/\/\s?=>\s*(.*?)\s*$/.exec(first);
  if (found === null) return null;
  const lines = [found[1]!];
  for (const line of rest) {
    const more = /^\s*\/\/(?!\s?=>)(.*)$/.exec(line);
    if (more === null || isBalanced(lines.join(" "))) break;
    lines.push(more[1]!.trim());
  }
  return { at: end, expected: lines.join(" ") };
}

function isBalanced(value: string): boolean {
  const count = (bracket: RegExp) => value.match(bracket)?.length ?? 0;
  return count(/[[{(]/g) <= count(/[\]})]/g);
}

function assertion(statement: ts.ExpressionStatement | ts.VariableStatement, expected: string, place: string): Edit[] {
  const thrown = /^throws\b\s*(.*)$/.exec(expected);
  const words = `, ${JSON.stringify(thrown?.[1] ?? expected)}, ${JSON.stringify(place)})`;
  if (ts.isVariableStatement(statement)) {
    const [declaration] = statement.declarationList.declarations;
    if (declaration === undefined || !ts.isIdentifier(declaration.name) || declaration.initializer === undefined) {
      throw new Error(`${place}: '//=>' needs a variable with a name and a value.`);
    }
    if (thrown !== null) return wrap(declaration.initializer, "await __throws(async () => (", `)${words}`);
    return [{ at: statement.getEnd(), text: `; __expect(${declaration.name.text}${words};` }];
  }
  const { expression } = statement;
  if (thrown !== null) return wrap(expression, ";await __throws(async () => (", `)${words}`);
  const printed = printedBy(expression);
  // Two edits at one place apply in reverse, so a nested `;` would come last.
  return printed ? wrap(printed, "__expect((", `)${words}`) : wrap(expression, ";__expect((", `)${words}`);
}

const wrap = (node: ts.Node, before: string, after: string): Edit[] => [
  { at: node.getStart(), text: before },
  { at: node.getEnd(), text: after },
];

/** In `console.log(value) //=> …` the value is meant. */
function printedBy(expression: ts.Expression): ts.Expression | undefined {
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== "console.log") return undefined;
  return expression.arguments.length === 1 ? expression.arguments[0] : undefined;
}
