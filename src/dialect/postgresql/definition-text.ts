/** Reads the texts that PostgreSQL prints: names inside types and definitions. */
import type { QualifiedName } from "../../metadata/catalog.ts";

const part = /^(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))/u;

/** The names of "a, other.b" and `"odd, name"`; undefined where `text` is no list of names. */
export function parseNames(text: string): QualifiedName[] | undefined {
  const names: QualifiedName[] = [];
  let rest = text;
  for (;;) {
    const parts: string[] = [];
    for (;;) {
      const match = part.exec(rest);
      if (match === null) return undefined;
      parts.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
      rest = rest.slice(match[0].length);
      if (!rest.startsWith(".")) break;
      rest = rest.slice(1);
    }
    const [first = "", second] = parts;
    names.push(second === undefined ? { name: first } : { schema: first, name: second });
    if (rest === "") return names;
    if (!rest.startsWith(", ")) return undefined;
    rest = rest.slice(2);
  }
}

/** A type's name and whether it is an array of it; undefined where `type` has arguments or several words. */
export function parseTypeName(type: string): { readonly name: QualifiedName; readonly isArray: boolean } | undefined {
  const isArray = type.endsWith("[]");
  const names = parseNames(isArray ? type.slice(0, -2) : type);
  const name = names?.length === 1 ? names[0] : undefined;
  return name === undefined ? undefined : { name, isArray };
}

/** The sequence of "nextval('name'::regclass)". */
export function drawnSequence(text: string): QualifiedName | undefined {
  const match = /^nextval\('((?:[^']|'')+)'::regclass\)$/.exec(text);
  const names = match === null ? undefined : parseNames((match[1] ?? "").replaceAll("''", "'"));
  return names?.length === 1 ? names[0] : undefined;
}

/** Whether `name` stands in `text` as an identifier. May say yes to a text constant or an alias of that name. */
export function mentions(text: string, name: string): boolean {
  if (text.includes(`"${name.replaceAll('"', '""')}"`)) return true;
  if (!/^[\p{Ll}_][\p{Ll}\p{N}_$]*$/u.test(name)) return false;
  return new RegExp(`(?<![\\p{L}\\p{N}_$"])${name.replaceAll("$", "\\$")}(?![\\p{L}\\p{N}_$"])`, "u").test(text);
}
