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

/** An index, with the parts that `where`, `using`, `include` and `unique` add. Immutable. */
export class IndexArgument {
  readonly index: Index;

  constructor(index: Index) {
    this.index = index;
  }

  /** A partial index: only of the rows for which all conditions hold. */
  where(...conditions: ColumnElement<boolean>[]): IndexArgument {
    return new IndexArgument({ ...this.index, where: conjunction(this.index.where, conditions, "index().where") });
  }

  /** The access method: "btree", "gin", "gist", "hash" … */
  using(method: string): IndexArgument {
    return new IndexArgument({ ...this.index, method: accessMethod(method) });
  }

  /** Columns carried along, so that a query need not look at the table. */
  include(...columns: ColumnElement<unknown>[]): IndexArgument {
    return new IndexArgument({
      ...this.index,
      include: [...this.index.include, ...columnNames(columns, "index().include")],
    });
  }

  /** No two rows with the same values. */
  unique(): IndexArgument {
    return new IndexArgument({ ...this.index, unique: true });
  }

  /** A name of its own instead of the naming convention's. */
  name(name: string): IndexArgument {
    return new IndexArgument({ ...this.index, name });
  }
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

/** An index of columns and expressions: `index(Hero.c.name, Hero.c.age.desc())`. */
export function index(...columns: ColumnElement<unknown>[]): IndexArgument {
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

function indexColumn(element: ColumnElement<unknown>): IndexColumn {
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

function columnNames(columns: readonly unknown[], call: string): string[] {
  return columns.map((column) => columnNode(column, call).name);
}

function columnNode(column: unknown, call: string): ColumnNode {
  if (ColumnElement.isElement(column) && column.node.kind === "column") return column.node;
  const given = ColumnElement.isElement(column) ? "an expression" : describe(column);
  throw new ArgumentError(`${call}() takes columns such as Hero.c.name, not ${given}.`);
}
