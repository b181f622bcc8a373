/** TypeScript as data: pieces that are printed on one line where they fit, else one item a line. Used by `render-operation.ts`. */

/** A piece of source text, or a bracket with items. */
export type Code = string | Bracket;

export interface Bracket {
  readonly open: string;
  readonly items: readonly Code[];
  readonly close: string;
}

const width = 110;

/** `text` as a string literal; nothing in it can end the literal, or be run. */
export function stringCode(text: string): string {
  return escapeSeparators(JSON.stringify(text));
}

/** SQL text as an sql`…` template: backticks, `${`, backslashes and line ends stay what they are. */
export function sqlCode(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("`", "\\`")
    .replaceAll("${", "\\${")
    // A template turns \r\n into \n.
    .replaceAll("\r", "\\r");
  return `sql\`${escapeSeparators(escaped.replaceAll("\0", "\\x00"))}\``;
}

/** Line separators of Unicode and lone surrogates, which editors and encoders change. */
function escapeSeparators(text: string): string {
  return text.replace(/[\u2028\u2029\uFEFF]|\p{Surrogate}/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A property's name. */
export function keyCode(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__"
    ? name
    : name === "__proto__"
      ? `["__proto__"]`
      : stringCode(name);
}

/** `[a, b]`. */
export function arrayCode(items: readonly Code[]): Bracket {
  return { open: "[", items, close: "]" };
}

/** `{ a: 1 }` of the entries that hold something; undefined where none does. */
export function objectCode(entries: readonly (readonly [name: string, code: Code | undefined])[]): Code | undefined {
  const items = entries.flatMap(([name, code]) => (code === undefined ? [] : [prefixed(`${keyCode(name)}: `, code)]));
  return items.length === 0 ? undefined : { open: "{", items, close: "}" };
}

/** `name(a, b)` without the arguments at the end that are undefined. */
export function callCode(name: string, parameters: readonly (Code | undefined)[]): Bracket {
  const last = parameters.findLastIndex((code) => code !== undefined);
  return { open: `${name}(`, items: parameters.slice(0, last + 1).map((code) => code ?? "undefined"), close: ")" };
}

function prefixed(prefix: string, code: Code): Code {
  return typeof code === "string" ? `${prefix}${code}` : { ...code, open: `${prefix}${code.open}` };
}

/** Source text. @param indent - Spaces in front of each line but the first. */
export function printCode(code: Code, indent: number, following = 1): string {
  if (typeof code === "string") return code;
  const flat = flatten(code);
  if (!flat.includes("\n") && indent + flat.length + following <= width) return flat;
  const [only] = code.items;
  // f([ … ]) and f("a", [ … ]) keep their last bracket on the line of the call.
  const last = code.items.at(-1);
  if (code.close === ")" && typeof last === "object") {
    const before = code.items.slice(0, -1).map(flatten);
    const head = `${code.open}${before.map((item) => `${item}, `).join("")}`;
    if (only !== undefined && indent + head.length < width && !head.includes("\n")) {
      return `${head}${broken(last, indent)}${code.close}`;
    }
  }
  return broken(code, indent);
}

/** One item a line. */
function broken({ open, items, close }: Bracket, indent: number): string {
  const pad = " ".repeat(indent + 2);
  const lines = items.map((item) => `${pad}${printCode(item, indent + 2)},\n`).join("");
  return `${open}\n${lines}${" ".repeat(indent)}${close}`;
}

function flatten(code: Code): string {
  if (typeof code === "string") return code;
  const space = code.close === "}" ? " " : "";
  return `${code.open}${space}${code.items.map(flatten).join(", ")}${space}${code.close}`;
}
