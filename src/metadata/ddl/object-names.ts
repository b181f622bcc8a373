/** Names of constraints and indexes as they reach the database: from the convention, and never longer than it takes. */
import type { Expression } from "../../sql/expression/node.ts";
import type {
  CheckConstraint,
  ExclusionConstraint,
  ForeignKeyConstraint,
  Index,
  UniqueConstraint,
} from "../constraint.ts";
import { SchemaDefinitionError } from "../errors.ts";
import type { MetaData } from "../meta-data.ts";
import { conventionalName, type NameParts, type NamingConvention } from "../naming-convention.ts";
import type { Table } from "../table.ts";

const encoder = new TextEncoder();
const hashLength = 8;

/** Names things for one database. */
export class ObjectNames {
  readonly #maxLength: number;

  /** @param maxLength - The longest identifier in bytes of UTF-8. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  primaryKey(table: Table, metadata: MetaData): string {
    const { name, columns } = table.primaryKey;
    return this.#name(name, metadata, "pk", { table: table.name, columns });
  }

  unique(table: Table, constraint: UniqueConstraint, metadata: MetaData): string {
    return this.#name(constraint.name, metadata, "uq", { table: table.name, columns: constraint.columns });
  }

  foreignKey(table: Table, constraint: ForeignKeyConstraint, metadata: MetaData): string {
    return this.#name(constraint.name, metadata, "fk", {
      table: table.name,
      columns: constraint.columns,
      referredTable: constraint.referredTable.replaceAll(".", "_"),
      referredColumns: constraint.referredColumns,
    });
  }

  /** A CHECK's name, completed by the convention; undefined where it was given none. */
  check(table: Table, constraint: CheckConstraint, metadata: MetaData): string | undefined {
    const { name, isWholeName } = constraint;
    if (name === undefined) return undefined;
    return isWholeName === true
      ? this.written(name, `a CHECK of table '${table.name}'`)
      : this.columnCheck(table, name, metadata);
  }

  /** The name of a CHECK that a column's type brings along. */
  columnCheck(table: Table, constraint: string, metadata: MetaData): string {
    return this.#name(undefined, metadata, "ck", { table: table.name, columns: [], constraint });
  }

  index(table: Table, index: Index, metadata: MetaData): string {
    return this.#name(index.name, metadata, "ix", { table: table.name, columns: nameParts(index.columns) });
  }

  exclusion(table: Table, constraint: ExclusionConstraint, metadata: MetaData): string {
    return this.#name(constraint.name, metadata, "ex", { table: table.name, columns: nameParts(constraint.elements) });
  }

  /** `name` as it was written. @throws SchemaDefinitionError where the database would cut it. */
  written(name: string, what: string): string {
    const length = encoder.encode(name).length;
    if (length <= this.#maxLength) return name;
    throw new SchemaDefinitionError(
      `The name '${name}' of ${what} has ${String(length)} bytes, and the database takes at most ${String(this.#maxLength)}. Shorten it.`,
    );
  }

  #name(given: string | undefined, metadata: MetaData, kind: keyof NamingConvention, parts: NameParts): string {
    if (given !== undefined) return this.written(given, `a constraint or index of table '${parts.table}'`);
    return shortenName(conventionalName(metadata.namingConvention, kind, parts), this.#maxLength);
  }
}

function nameParts(items: readonly { readonly expression: Expression }[]): string[] {
  return items.map(({ expression }) => (expression.kind === "column" ? expression.name : "expr"));
}

/** `name` in at most `maxLength` bytes; where it is cut, a hash of the whole keeps different names different. */
export function shortenName(name: string, maxLength: number): string {
  if (encoder.encode(name).length <= maxLength) return name;
  let kept = "";
  let room = maxLength - hashLength - 1;
  for (const character of name) {
    room -= encoder.encode(character).length;
    if (room < 0) break;
    kept += character;
  }
  return `${kept}_${hash(name)}`;
}

/** FNV-1a, 32 bits, as hexadecimal digits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const byte of encoder.encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value.toString(16).padStart(hashLength, "0");
}
