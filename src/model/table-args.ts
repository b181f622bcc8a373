/** What a model's `tableArgs` hold: indexes, constraints, and options of the table. */
import type {
  CheckConstraint,
  ExclusionConstraint,
  ExclusionElement,
  ForeignKeyAction,
  ForeignKeyConstraint,
  Index,
  IndexColumn,
  UniqueConstraint,
} from "../metadata/constraint.ts";
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe, OrderElement } from "../sql/expression/column-element.ts";
import { isOperatorSigns } from "../sql/expression/custom-operator.ts";
import type { ColumnNode } from "../sql/expression/node.ts";
import { conditionNode, conjunction } from "../sql/expression/operators.ts";

/** One of a model's `tableArgs`. */
export type TableArgument =
  IndexArgument | UniqueArgument | CheckArgument | ExclusionArgument | ForeignKeyArgument | TableOption;

/** An index, with the parts that its methods add. Immutable. */
export class IndexArgument {
  readonly index: Index;

  constructor(index: Index) {
    this.index = index;
  }

  /** A partial index: only of the rows for which all conditions hold. */
  where(...conditions: ColumnElement<boolean>[]): IndexArgument {
    return this.#with({ where: conjunction(this.index.where, conditions, "index().where") });
  }

  /** The access method: "btree", "gin", "gist", "hash" … */
  using(method: string): IndexArgument {
    return this.#with({ method: accessMethod(method) });
  }

  /** Columns carried along, so that a query need not look at the table. */
  include(...columns: ColumnElement<unknown>[]): IndexArgument {
    return this.#with({ include: [...this.index.include, ...columnNames(columns, "index().include")] });
  }

  /** No two rows with the same values. */
  unique(): IndexArgument {
    return this.#with({ unique: true });
  }

  /** NULLs count as equal in a unique index (PostgreSQL 15 and later). */
  nullsNotDistinct(): IndexArgument {
    return this.#with({ nullsNotDistinct: true });
  }

  /** Storage parameters: `{ fillfactor: 70 }`, `{ m: 16, ef_construction: 64 }` (PostgreSQL); `{ invisible: true }` (MySQL). */
  with(parameters: { readonly [name: string]: string | number | boolean }): IndexArgument {
    const given = Object.entries(parameters).map(([name, value]) => [parameterName(name), String(value)] as const);
    return this.#with({ storage: { ...this.index.storage, ...Object.fromEntries(given) } });
  }

  /** A name of its own instead of the naming convention's. */
  name(name: string): IndexArgument {
    return this.#with({ name });
  }

  #with(part: Partial<Index>): IndexArgument {
    return new IndexArgument({ ...this.index, ...part });
  }
}

/** A column or expression of an index with what the database is to know beside it. Immutable. */
export class KeyPart {
  readonly part: IndexColumn;

  constructor(part: IndexColumn) {
    this.part = part;
  }
}

/** What `keyPart()` says of a column or expression. */
export interface KeyPartOptions {
  /** Which operators the index serves: "gin_trgm_ops", "jsonb_path_ops", "text_pattern_ops" (PostgreSQL). */
  readonly operatorClass?: string;
  /** Only so many characters of a text, or bytes of a binary string, from the beginning (MySQL and MariaDB). */
  readonly length?: number;
}

/** A unique constraint. Immutable. */
export class UniqueArgument {
  readonly unique: UniqueConstraint;

  constructor(unique: UniqueConstraint) {
    this.unique = unique;
  }

  /** NULLs count as equal (PostgreSQL 15 and later). */
  nullsNotDistinct(): UniqueArgument {
    return new UniqueArgument({ ...this.unique, nullsNotDistinct: true });
  }

  /** A name of its own instead of the naming convention's. */
  name(name: string): UniqueArgument {
    return new UniqueArgument({ ...this.unique, name });
  }
}

/** A CHECK constraint. */
export class CheckArgument {
  readonly check: CheckConstraint;

  constructor(check: CheckConstraint) {
    this.check = check;
  }
}

/** An exclusion constraint, with the parts that `where`, `using`, `deferrable` and `name` add. Immutable. */
export class ExclusionArgument {
  readonly exclusion: ExclusionConstraint;

  constructor(exclusion: ExclusionConstraint) {
    this.exclusion = exclusion;
  }

  /** Only of the rows for which all conditions hold. */
  where(...conditions: ColumnElement<boolean>[]): ExclusionArgument {
    return this.#with({ where: conjunction(this.exclusion.where, conditions, "exclude().where") });
  }

  /** The access method, "gist" where nothing is said: "gist", "spgist", "btree", "hash". */
  using(method: string): ExclusionArgument {
    return this.#with({ method: accessMethod(method) });
  }

  /** Checked at the end of the transaction where that is asked for ("immediate") or always ("deferred"). */
  deferrable(deferrable: "immediate" | "deferred"): ExclusionArgument {
    return this.#with({ deferrable });
  }

  /** A name of its own instead of the naming convention's. */
  name(name: string): ExclusionArgument {
    return this.#with({ name });
  }

  #with(part: Partial<ExclusionConstraint>): ExclusionArgument {
    return new ExclusionArgument({ ...this.exclusion, ...part });
  }
}

/** A foreign key of one or more columns. */
export class ForeignKeyArgument {
  readonly foreignKey: ForeignKeyConstraint;

  constructor(foreignKey: ForeignKeyConstraint) {
    this.foreignKey = foreignKey;
  }
}

/** Options of the table, or of the model's place in an inheritance tree. */
export class TableOption {
  readonly option: TableOptionValue;

  constructor(option: TableOptionValue) {
    this.option = option;
  }
}

type TableOptionValue =
  | { readonly kind: "schema"; readonly name: string }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "polymorphicOn"; readonly column: ColumnNode }
  | { readonly kind: "polymorphicIdentity"; readonly value: unknown };

/**
 * An index of columns and expressions: `index(Hero.c.name, Hero.c.age.desc())`.
 * @throws ArgumentError for what is neither a column, an expression nor a `keyPart()`.
 */
export function index(...columns: (ColumnElement<unknown> | KeyPart)[]): IndexArgument {
  if (columns.length === 0) throw new ArgumentError("index() takes the columns or expressions to index.");
  return new IndexArgument({
    kind: "index",
    name: undefined,
    columns: columns.map(indexColumn),
    unique: false,
    method: undefined,
    where: undefined,
    include: [],
  });
}

/**
 * A column or expression of an index that needs an operator class or is indexed by its beginning only:
 * `index(keyPart(Hero.c.name, { operatorClass: "gin_trgm_ops" })).using("gin")`.
 * @throws ArgumentError for a name that is none, and a length that is no whole number above 0.
 */
export function keyPart(element: ColumnElement<unknown>, { operatorClass, length }: KeyPartOptions): KeyPart {
  if (operatorClass !== undefined && !/^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?$/.test(operatorClass))
    throw new ArgumentError(`'${operatorClass}' is not the name of an operator class.`);
  if (length !== undefined && !(Number.isInteger(length) && length > 0))
    throw new ArgumentError(`keyPart() takes a whole number above 0 as \`length\`, not ${String(length)}.`);
  return new KeyPart({ ...indexColumn(element), operatorClass, length });
}

function indexColumn(element: ColumnElement<unknown> | KeyPart): IndexColumn {
  if (element instanceof KeyPart) return element.part;
  const node = conditionNode(element, "index");
  if (element instanceof OrderElement) {
    const { operand, direction, nulls } = element.node;
    return { expression: operand, direction, nulls };
  }
  return { expression: node, direction: "asc", nulls: undefined };
}

/** No two rows with the same values in these columns. */
export function unique(...columns: ColumnElement<unknown>[]): UniqueArgument {
  if (columns.length === 0) throw new ArgumentError("unique() takes the columns that are unique together.");
  return new UniqueArgument({ kind: "unique", name: undefined, columns: columnNames(columns, "unique") });
}

/** A condition that every row meets; `name` is completed by the naming convention. */
export function check(name: string, condition: ColumnElement<boolean>): CheckArgument {
  if (typeof name !== "string" || name === "")
    throw new ArgumentError("check() takes a name and a condition: an unnamed constraint cannot be changed later.");
  return new CheckArgument({ kind: "check", name, condition: conditionNode(condition, "check") });
}

/**
 * No two rows for which every operator holds between their values: `exclude([c.room, "="], [c.stay, "&&"])` are bookings of one
 * room that overlap. PostgreSQL only; `=` of a plain column needs the extension btree_gist, or `.using("btree")`.
 * @param elements Columns or expressions, each with the operator that compares two rows.
 * @throws ArgumentError for what is no operator.
 */
export function exclude(
  ...elements: readonly (readonly [element: ColumnElement<unknown>, operator: ExclusionOperator])[]
): ExclusionArgument {
  if (elements.length === 0)
    throw new ArgumentError('exclude() takes columns with their operators: exclude([c.room, "="], [c.stay, "&&"]).');
  return new ExclusionArgument({
    kind: "exclusion",
    name: undefined,
    method: "gist",
    elements: elements.map(exclusionElement),
    where: undefined,
    deferrable: undefined,
  });
}

/** An operator of an exclusion constraint: one that gives the same with its sides changed. */
export type ExclusionOperator = "=" | "<>" | "&&" | "-|-" | "~=" | (string & {});

function exclusionElement(given: unknown): ExclusionElement {
  if (!Array.isArray(given) || given.length !== 2)
    throw new ArgumentError(
      `exclude() takes pairs of a column and an operator, [c.stay, "&&"], not ${describe(given)}.`,
    );
  const [element, operator] = given as readonly unknown[];
  if (!ColumnElement.isElement(element) || element instanceof OrderElement)
    throw new ArgumentError(
      `exclude() takes columns and expressions such as Booking.c.stay, not ${describe(element)}.`,
    );
  if (typeof operator === "string" && isOperatorSigns(operator)) return { expression: element.node, operator };
  throw new ArgumentError(
    `exclude() takes an operator such as '&&' or '=', not ${typeof operator === "string" ? `'${operator}'` : describe(operator)}.`,
  );
}

/**
 * A foreign key of several columns: `foreignKey([c.orderId, c.line], "order_line", ["orderId", "line"])`; the referred
 * columns may be given as columns of their model.
 */
export function foreignKey(
  columns: readonly ColumnElement<unknown>[],
  referredTable: string,
  referredColumns: readonly (string | ColumnElement<unknown>)[],
  options: {
    name?: string;
    onDelete?: ForeignKeyAction;
    onUpdate?: ForeignKeyAction;
    deferrable?: "immediate" | "deferred";
  } = {},
): ForeignKeyArgument {
  if (columns.length === 0 || columns.length !== referredColumns.length) {
    throw new ArgumentError(
      `foreignKey() was given ${String(columns.length)} columns and ${String(referredColumns.length)} columns to refer to. Give as many of both.`,
    );
  }
  return new ForeignKeyArgument({
    kind: "foreignKey",
    name: options.name,
    columns: columnNames(columns, "foreignKey"),
    referredTable,
    referredColumns: referredColumns.map((column) =>
      typeof column === "string" ? column : columnNode(column, "foreignKey").name,
    ),
    onDelete: options.onDelete,
    onUpdate: options.onUpdate,
    deferrable: options.deferrable,
  });
}

/** The database schema that the table is in. */
export function schema(name: string): TableOption {
  if (typeof name !== "string" || name === "") throw new ArgumentError("schema() takes the name of a database schema.");
  return new TableOption({ kind: "schema", name });
}

/** The table's comment in the database. */
export function comment(text: string): TableOption {
  return new TableOption({ kind: "comment", text });
}

/** The column that says of which class a row is, where `discriminator()` did not make one. */
export function polymorphicOn(column: ColumnElement<unknown>): TableOption {
  return new TableOption({ kind: "polymorphicOn", column: columnNode(column, "polymorphicOn") });
}

/** What that column holds for this class; the table's name, or the class's in snake_case, where nothing is said. */
export function polymorphicIdentity(value: string | number): TableOption {
  return new TableOption({ kind: "polymorphicIdentity", value });
}

function accessMethod(method: string): string {
  if (/^[A-Za-z_]\w*$/.test(method)) return method;
  throw new ArgumentError(`'${method}' is not the name of an access method.`);
}

function parameterName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new ArgumentError(`'${name}' is not the name of a storage parameter.`);
}

function columnNames(columns: readonly unknown[], call: string): string[] {
  return columns.map((column) => columnNode(column, call).name);
}

function columnNode(column: unknown, call: string): ColumnNode {
  if (ColumnElement.isElement(column) && column.node.kind === "column") return column.node;
  const given = ColumnElement.isElement(column) ? "an expression" : describe(column);
  throw new ArgumentError(`${call}() takes columns such as Hero.c.name, not ${given}.`);
}
