/** `insert`: a typed, immutable builder of INSERT. */
import type { Dialect } from "../dialect/dialect.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import type { ColumnNode } from "../sql/expression/node.ts";
import { typedElement } from "../sql/expression/typed-element.ts";
import type { DefaultNode, InsertNode, OnConflictClause } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import type { ConfiguredMapper, ModelAttribute } from "./configured-mapper.ts";
import { ValidationError } from "./errors.ts";
import type { FieldProblem, Mapper } from "./mapper.ts";
import type { ColumnsOf } from "./model-class.ts";
import type { Query } from "./query.ts";
import { readReturning, type ReturningItems, type ReturningRow } from "./returning.ts";
import type { ColumnElements, CreateInput, Output } from "./shape.ts";
import { assignments, boundValue, columnOf, readValues, valueNode, writableMapper } from "./write-values.ts";

type OrExpression<T> = { [K in keyof T]: T[K] | ColumnElement<T[K]> };
/** A row of an INSERT: what the constructor takes, or expressions. */
export type InsertRow<M> = OrExpression<CreateInput<ColumnsOf<M>>>;
/** What an UPDATE sets: values of columns, or expressions. */
export type UpdateValues<M> = {
  -readonly [K in keyof ColumnsOf<M>]?: Output<ColumnsOf<M>[K]> | ColumnElement<Output<ColumnsOf<M>[K]>>;
};

interface InsertState {
  readonly model: AnyModel;
  readonly rows: readonly unknown[];
  readonly onConflict: OnConflictClause | undefined;
  readonly returning: Query | undefined;
}

/** An INSERT. Immutable: every method returns a new one. */
export class Insert<M extends AnyModel, R = never> {
  /** The type of a returned row. There is no value. */
  declare readonly row: R;
  readonly mapper: Mapper;
  readonly #mapper: ConfiguredMapper;
  readonly #state: InsertState;

  constructor(mapper: ConfiguredMapper, state: InsertState) {
    this.mapper = mapper;
    this.#mapper = mapper;
    this.#state = state;
  }

  /** The model whose rows are inserted. */
  get model(): AnyModel {
    return this.#state.model;
  }

  /** One row or many, after those of earlier calls. Values are checked, defaults applied. */
  values(rows: InsertRow<M> | readonly InsertRow<M>[]): Insert<M, R> {
    const added: readonly unknown[] = Array.isArray(rows) ? rows : [rows];
    return this.#with({ rows: [...this.#state.rows, ...added] });
  }

  /** `ON CONFLICT DO NOTHING`: leave rows as they are where a unique key is taken. */
  onConflictDoNothing(
    options: { target?: ColumnElement<unknown> | readonly ColumnElement<unknown>[] } = {},
  ): Insert<M, R> {
    return this.#with({ onConflict: { target: targetColumns(options.target ?? []), set: undefined } });
  }

  /** `ON CONFLICT DO UPDATE`: change the row that has the unique key. `excluded` is the row that was to be inserted. */
  onConflictDoUpdate(options: {
    target: ColumnElement<unknown> | readonly ColumnElement<unknown>[];
    set: UpdateValues<M> | ((excluded: ColumnElements<ColumnsOf<M>, never>) => UpdateValues<M>);
  }): Insert<M, R> {
    const { set } = options;
    const values: unknown =
      typeof set === "function" ? set(excludedColumns(this.#mapper) as ColumnElements<ColumnsOf<M>, never>) : set;
    return this.#with({
      onConflict: {
        target: targetColumns(options.target),
        set: assignments(this.#mapper, values, "onConflictDoUpdate()"),
      },
    });
  }

  /** `RETURNING`: values of the rows as they were inserted. */
  returning<const I extends ReturningItems>(...items: I): Insert<M, ReturningRow<I>> {
    return this.#with<ReturningRow<I>>({ returning: readReturning(items) });
  }

  /** The SQL of a dialect, for reading. */
  compile(dialect: Dialect): Compiled {
    return dialect.compile(this.toStatement());
  }

  /** What the ORM runs. @throws ValidationError, ArgumentError */
  toStatement(): InsertNode {
    const { rows, onConflict, returning } = this.#state;
    if (rows.length === 0)
      throw new ArgumentError(`insert(${this.mapper.name}) has no rows. Call values({…}) or values([{…}, …]).`);
    const problems: FieldProblem[] = [];
    const complete = rows.map((row, index) => {
      const own: FieldProblem[] = [];
      const values = completeRow(this.#mapper, row, own);
      problems.push(
        ...own.map(({ field, message }) => ({
          field: rows.length === 1 ? field : `[${String(index)}].${field}`,
          message,
        })),
      );
      return values;
    });
    if (problems.length > 0) throw new ValidationError(this.mapper.name, problems);
    const attributes = this.#mapper.attributes.filter((attribute) => complete.some((row) => row.has(attribute)));
    return {
      kind: "insert",
      table: this.mapper.table,
      columns: attributes.map(columnOf),
      rows: complete.map((row) => attributes.map((attribute) => row.get(attribute) ?? absentValue(attribute))),
      ...(onConflict === undefined ? {} : { onConflict }),
      returning: returning?.node.columns ?? [],
    };
  }

  /** The form of the returned rows. */
  toReturning(): Query | undefined {
    return this.#state.returning;
  }

  #with<Result = R>(change: Partial<InsertState>): Insert<M, Result> {
    return new Insert<M, Result>(this.#mapper, { ...this.#state, ...change });
  }
}

/** Insert rows without making objects: `insert(Hero).values([{…}, {…}])`. */
export function insert<M extends AnyModel>(model: M): Insert<M> {
  const mapper = writableMapper(model, "insert");
  if (mapper.tables.length > 1) {
    throw new ArgumentError(
      `Rows of ${mapper.name} lie in several tables, which one INSERT cannot fill. Use session.add(new ${mapper.name}({…})).`,
    );
  }
  return new Insert(mapper, { model, rows: [], onConflict: undefined, returning: undefined });
}

type ValueNode = InsertNode["rows"][number][number];

/** The values of a row, with its defaults; what the database fills in is left out. */
function completeRow(mapper: ConfiguredMapper, row: unknown, problems: FieldProblem[]): Map<ModelAttribute, ValueNode> {
  const given = readValues(mapper, row, `insert(${mapper.name}).values()`);
  const complete = new Map<ModelAttribute, ValueNode>();
  for (const attribute of mapper.attributes) {
    const bind = (value: unknown): ValueNode => boundValue(attribute, value);
    if (given.has(attribute)) complete.set(attribute, valueNode(attribute, given.get(attribute), problems));
    else if (attribute === mapper.polymorphicOn) complete.set(attribute, bind(mapper.polymorphicIdentity));
    else if (attribute.makeDefault !== undefined)
      complete.set(attribute, bind(attribute.check.parse(attribute.makeDefault(), problems)));
    else if (attribute.field.columnType.hasDefault) complete.set(attribute, bind(attribute.check.initial(problems)));
    else if (!attribute.serverGenerated && !attribute.computed && !attribute.nullable)
      problems.push({ field: attribute.key, message: "is required" });
  }
  return complete;
}

/** What a row has in a column that only other rows give. */
function absentValue(attribute: ModelAttribute): ValueNode {
  if (attribute.serverGenerated) return { kind: "default" } satisfies DefaultNode;
  return boundValue(attribute, null);
}

function targetColumns(target: ColumnElement<unknown> | readonly ColumnElement<unknown>[]): ColumnNode[] {
  const elements: readonly unknown[] = Array.isArray(target) ? target : [target];
  return elements.map((element) => {
    if (ColumnElement.isElement(element) && element.node.kind === "column") return element.node;
    throw new ArgumentError(
      `The target of a conflict is a column or an array of columns, not ${ColumnElement.isElement(element) ? "an expression" : describe(element)}.`,
    );
  });
}

/** The row that was to be inserted, as SQL knows it. */
function excludedColumns(mapper: ConfiguredMapper): { readonly [key: string]: ColumnElement<unknown> } {
  return Object.fromEntries(
    mapper.attributes.map(({ key, column }) => {
      const path = { kind: "identifier", path: ["excluded", column.name] } as const;
      return [key, typedElement({ kind: "template", parts: ["", ""], expressions: [path], type: column.type })];
    }),
  );
}
