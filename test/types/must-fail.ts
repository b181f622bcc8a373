/** Compares a compiler's errors with a program's `// @expect-error: <text>` lines. Called by types.test.ts and runner.test.ts. */
import type { Diagnostic } from "./compiler.ts";

/**
 * What is wrong with a program that must fail; nothing if every `// @expect-error: <text>` is followed by a line with an error
 * that contains the text, and no other line has one. Several such comments in a row speak of the same line.
 */
export function disagreements(file: string, source: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  const expected = readExpectations(source);
  const problems: string[] = [];
  if (expected.length === 0) problems.push(`${file}: has no '// @expect-error: <text>' line.`);
  for (const { line, text } of expected) {
    const here = diagnostics.filter((diagnostic) => diagnostic.line === line);
    if (here.length === 0) problems.push(`${file}:${line}: compiles, but was expected to fail with: ${text}`);
    else if (!here.some(({ message }) => normalize(message).includes(normalize(text)))) {
      const messages = here.map(({ message }) => message).join("\n");
      problems.push(`${file}:${line}: fails without saying: ${text}\n${messages}`);
    }
  }
  for (const { line, message } of diagnostics) {
    if (!expected.some((one) => one.line === line)) problems.push(`${file}:${line}: unexpected ${message}`);
  }
  return problems;
}

function readExpectations(source: string): readonly { line: number; text: string }[] {
  const lines = source.split("\n");
  return lines.flatMap((line, index) => {
    const text = expectation(line);
    if (text === null) return [];
    let next = index + 1;
    while (expectation(lines[next] ?? "") !== null) next += 1;
    return [{ line: next + 1, text }];
  });
}

const expectation = (line: string): string | null => /^\s*\/\/ @expect-error: (.+?)\s*$/.exec(line)?.[1] ?? null;
const normalize = (text: string): string => text.replaceAll(/\s+/g, " ");
