/** Random SELECTs as plain data, which fast-check can shrink, and the statements they stand for, built as a program builds them. */
import fc from "fast-check";
import {
  alias,
  and,
  caseWhen,
  exists,
  field,
  func,
  literal,
  not,
  or,
  primaryKey,
  select,
  table,
  type ColumnElement,
} from "sqlmodel";
import { z } from "zod";

export class Thing extends table("thing", {
  id: primaryKey(),
  n: z.int().nullable(),
  m: z.int().nullable(),
  label: z.string().max(10).nullable(),
  flag: z.boolean().nullable(),
}) {}

export class Part extends table("part", {
  id: primaryKey(),
  thingId: field(z.int().nullable(), { foreignKey: "thing.id" }),
  n: z.int().nullable(),
  label: z.string().max(10).nullable(),
}) {}

const Inner = alias(Part, "inner_part");

/** What an expression can read from: the outer statement's table, what is joined to it, or the table of a subquery. */
type Source = "thing" | "part" | "inner";
export type NumberSpec =
  | { readonly kind: "column"; readonly source: Source; readonly name: "id" | "n" | "m" }
  | { readonly kind: "value"; readonly value: number }
  | {
      readonly kind: "arithmetic";
      readonly operator: "plus" | "minus" | "times";
      readonly left: NumberSpec;
      readonly right: NumberSpec;
    }
  | {
      readonly kind: "division";
      readonly operator: "dividedBy" | "modulo";
      readonly left: NumberSpec;
      readonly by: number;
    }
  | { readonly kind: "case"; readonly when: PredicateSpec; readonly then: NumberSpec; readonly otherwise: NumberSpec }
  | { readonly kind: "coalesce"; readonly first: NumberSpec; readonly second: number }
  | { readonly kind: "abs"; readonly operand: NumberSpec }
  | { readonly kind: "subquery"; readonly where: PredicateSpec; readonly aggregate: "count" | "max" | "sum" };
export type TextSpec =
  | { readonly kind: "column"; readonly source: Source }
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "lower" | "upper"; readonly operand: TextSpec }
  | { readonly kind: "concat"; readonly left: TextSpec; readonly right: TextSpec }
  | { readonly kind: "coalesce"; readonly first: TextSpec; readonly second: string };
type Comparison = "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "isDistinctFrom" | "isNotDistinctFrom";
export type PredicateSpec =
  | { readonly kind: "flag" }
  | { readonly kind: "numbers"; readonly operator: Comparison; readonly left: NumberSpec; readonly right: NumberSpec }
  | { readonly kind: "texts"; readonly operator: Comparison; readonly left: TextSpec; readonly right: TextSpec }
  | { readonly kind: "isNull" | "isNotNull"; readonly operand: NumberSpec }
  | { readonly kind: "isTextNull"; readonly operand: TextSpec }
  | { readonly kind: "isUnknown"; readonly operand: PredicateSpec }
  | { readonly kind: "not"; readonly operand: PredicateSpec }
  | { readonly kind: "and" | "or"; readonly operands: readonly PredicateSpec[] }
  | { readonly kind: "in" | "notIn"; readonly operand: NumberSpec; readonly values: readonly number[] }
  | {
      readonly kind: "inSubquery";
      readonly operand: NumberSpec;
      readonly where: PredicateSpec;
      readonly negated: boolean;
    }
  | { readonly kind: "between"; readonly operand: NumberSpec; readonly low: NumberSpec; readonly high: NumberSpec }
  | { readonly kind: "like"; readonly operand: TextSpec; readonly pattern: string }
  | { readonly kind: "startsWith" | "endsWith" | "contains"; readonly operand: TextSpec; readonly part: string }
  | { readonly kind: "exists"; readonly where: PredicateSpec };

export type ItemSpec =
  | { readonly kind: "number"; readonly of: NumberSpec }
  | { readonly kind: "text"; readonly of: TextSpec }
  | { readonly kind: "predicate"; readonly of: PredicateSpec };

export interface SelectSpec {
  readonly join: { readonly kind: "join" | "outerJoin" | "rightJoin"; readonly on: PredicateSpec } | undefined;
  readonly where: PredicateSpec | undefined;
  readonly items: readonly [ItemSpec, ItemSpec, ...ItemSpec[]];
  /** Aggregates of these, one row for each value of the items. */
  readonly aggregates: readonly { readonly name: "count" | "sum" | "min" | "max"; readonly of: NumberSpec }[];
  readonly having: { readonly operator: Comparison; readonly value: number } | undefined;
  readonly distinct: boolean;
  readonly limit: number | undefined;
}

const small = fc.integer({ min: -3, max: 4 });
const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "%", "_", "\\"), maxLength: 3 });
const plainWord = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 3 });
const comparisons = fc.constantFrom<Comparison>(
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "isDistinctFrom",
  "isNotDistinctFrom",
);

function numbers(sources: readonly Source[], depth: number): fc.Arbitrary<NumberSpec> {
  const leaf = fc.oneof(
    { weight: 3, arbitrary: numberColumn(sources) },
    small.map((value): NumberSpec => ({ kind: "value", value })),
  );
  if (depth === 0) return leaf;
  const inner = numbers(sources, depth - 1);
  const choices: fc.Arbitrary<NumberSpec>[] = [
    fc.record({
      kind: fc.constant("arithmetic" as const),
      operator: fc.constantFrom("plus" as const, "minus" as const, "times" as const),
      left: inner,
      right: inner,
    }),
    fc.record({
      kind: fc.constant("division" as const),
      operator: fc.constantFrom("dividedBy" as const, "modulo" as const),
      left: inner,
      by: small.filter((value) => value !== 0),
    }),
    fc.record({
      kind: fc.constant("case" as const),
      when: predicates(sources, depth - 1),
      then: inner,
      otherwise: inner,
    }),
    fc.record({ kind: fc.constant("coalesce" as const), first: inner, second: small }),
    fc.record({ kind: fc.constant("abs" as const), operand: inner }),
  ];
  if (!sources.includes("inner"))
    choices.push(
      fc.record({
        kind: fc.constant("subquery" as const),
        where: predicates([...sources, "inner"], depth - 1),
        aggregate: fc.constantFrom("count" as const, "max" as const, "sum" as const),
      }),
    );
  return fc.oneof({ weight: 3, arbitrary: leaf }, ...choices);
}

function numberColumn(sources: readonly Source[]): fc.Arbitrary<NumberSpec> {
  return fc
    .constantFrom(...sources)
    .chain((source) =>
      fc
        .constantFrom<"id" | "n" | "m">(...(source === "thing" ? (["id", "n", "m"] as const) : (["id", "n"] as const)))
        .map((name): NumberSpec => ({ kind: "column", source, name })),
    );
}

function texts(sources: readonly Source[], depth: number): fc.Arbitrary<TextSpec> {
  const leaf = fc.oneof(
    fc.constantFrom(...sources).map((source): TextSpec => ({ kind: "column", source })),
    plainWord.map((value): TextSpec => ({ kind: "value", value })),
  );
  if (depth === 0) return leaf;
  const inner = texts(sources, depth - 1);
  return fc.oneof(
    leaf,
    fc.record({ kind: fc.constantFrom("lower" as const, "upper" as const), operand: inner }),
    fc.record({ kind: fc.constant("concat" as const), left: inner, right: inner }),
    fc.record({ kind: fc.constant("coalesce" as const), first: inner, second: plainWord }),
  );
}

/** Conditions on `sources`. */
export function predicates(sources: readonly Source[], depth: number): fc.Arbitrary<PredicateSpec> {
  const number = numbers(sources, Math.max(depth - 1, 0));
  const text = texts(sources, Math.max(depth - 1, 0));
  const leaves: fc.Arbitrary<PredicateSpec>[] = [
    fc.record({ kind: fc.constant("numbers" as const), operator: comparisons, left: number, right: number }),
    fc.record({
      kind: fc.constant("texts" as const),
      operator: fc.constantFrom("eq" as const, "ne" as const, "isDistinctFrom" as const, "isNotDistinctFrom" as const),
      left: text,
      right: text,
    }),
    fc.record({ kind: fc.constantFrom("isNull" as const, "isNotNull" as const), operand: number }),
    fc.record({ kind: fc.constant("isTextNull" as const), operand: text }),
    fc.record({
      kind: fc.constantFrom("in" as const, "notIn" as const),
      operand: number,
      values: fc.array(small, { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("between" as const), operand: number, low: number, high: number }),
    fc.record({ kind: fc.constant("like" as const), operand: text, pattern: likePattern }),
    fc.record({
      kind: fc.constantFrom("startsWith" as const, "endsWith" as const, "contains" as const),
      operand: text,
      part: word,
    }),
  ];
  if (sources.includes("thing")) leaves.push(fc.constant({ kind: "flag" as const }));
  if (depth === 0) return fc.oneof(...leaves);
  const inner = predicates(sources, depth - 1);
  const compound: fc.Arbitrary<PredicateSpec>[] = [
    fc.record({ kind: fc.constant("not" as const), operand: inner }),
    fc.record({ kind: fc.constant("isUnknown" as const), operand: inner }),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      operands: fc.array(inner, { maxLength: 3 }),
    }),
  ];
  if (!sources.includes("inner")) {
    const below = predicates([...sources, "inner"], depth - 1);
    compound.push(
      fc.record({ kind: fc.constant("exists" as const), where: below }),
      fc.record({
        kind: fc.constant("inSubquery" as const),
        operand: number,
        where: below,
        negated: fc.boolean(),
      }),
    );
  }
  return fc.oneof(...leaves, ...compound, ...compound);
}

/** A lone escape character at the end is an error in some databases and a backslash in others. */
const likePattern = word.filter((pattern) => !/(^|[^\\])(\\\\)*\\$/.test(pattern));

function items(sources: readonly Source[]): fc.Arbitrary<ItemSpec> {
  return fc.oneof(
    numbers(sources, 2).map((of): ItemSpec => ({ kind: "number", of })),
    texts(sources, 2).map((of): ItemSpec => ({ kind: "text", of })),
    predicates(sources, 2).map((of): ItemSpec => ({ kind: "predicate", of })),
  );
}

/** Whole statements. */
export const selects: fc.Arbitrary<SelectSpec> = fc
  .option(fc.constantFrom("join" as const, "outerJoin" as const, "rightJoin" as const), { nil: undefined })
  .chain((joinKind) => {
    const sources: readonly Source[] = joinKind === undefined ? ["thing"] : ["thing", "part"];
    const on = predicates(sources, 1);
    return fc.record({
      join:
        joinKind === undefined ? fc.constant(undefined) : on.map((condition) => ({ kind: joinKind, on: condition })),
      where: fc.option(predicates(sources, 3), { nil: undefined }),
      items: fc.tuple(items(sources), items(sources)),
      aggregates: fc.array(
        fc.record({
          name: fc.constantFrom("count" as const, "sum" as const, "min" as const, "max" as const),
          of: numbers(sources, 1),
        }),
        { maxLength: 2 },
      ),
      having: fc.option(fc.record({ operator: comparisons, value: small }), { nil: undefined }),
      distinct: fc.boolean(),
      limit: fc.option(fc.nat(6), { nil: undefined }),
    });
  });

type NumberElement = ColumnElement<number | null>;
type TextElement = ColumnElement<string | null>;

function numberElement(spec: NumberSpec): NumberElement {
  switch (spec.kind) {
    case "column":
      if (spec.source === "thing") return Thing.c[spec.name];
      return (spec.source === "part" ? Part : Inner).c[spec.name === "id" ? "id" : "n"];
    case "value":
      return literal<number | null>(spec.value);
    case "arithmetic":
      return numberElement(spec.left)[spec.operator](numberElement(spec.right));
    case "division":
      return numberElement(spec.left)[spec.operator](spec.by);
    case "case":
      return caseWhen<number | null>(condition(spec.when), numberElement(spec.then)).otherwise(
        numberElement(spec.otherwise) as ColumnElement<number>,
      );
    case "coalesce":
      return func.coalesce(numberElement(spec.first), spec.second);
    case "abs":
      return func.abs(numberElement(spec.operand));
    default: {
      const aggregate = {
        count: func.count(),
        max: func.max(Inner.c.n),
        sum: func.sum(Inner.c.n),
      }[spec.aggregate] as NumberElement;
      return select(aggregate).from(Inner).where(condition(spec.where)).scalarSubquery();
    }
  }
}

function textElement(spec: TextSpec): TextElement {
  switch (spec.kind) {
    case "column":
      return { thing: Thing.c.label, part: Part.c.label, inner: Inner.c.label }[spec.source];
    case "value":
      return literal<string | null>(spec.value);
    case "concat":
      return textElement(spec.left).concat(textElement(spec.right));
    case "coalesce":
      return func.coalesce(textElement(spec.first), spec.second);
    default:
      return func[spec.kind](textElement(spec.operand));
  }
}

/** The condition that `spec` stands for. */
export function condition(spec: PredicateSpec): ColumnElement<boolean> {
  switch (spec.kind) {
    case "flag":
      return Thing.c.flag.eq(true);
    case "numbers":
      return numberElement(spec.left)[spec.operator](numberElement(spec.right));
    case "texts":
      return textElement(spec.left)[spec.operator](textElement(spec.right));
    case "isNull":
    case "isNotNull":
      return numberElement(spec.operand)[spec.kind]();
    case "isTextNull":
      return textElement(spec.operand).isNull();
    case "isUnknown":
      return condition(spec.operand).isNull();
    case "not":
      return not(condition(spec.operand));
    case "and":
    case "or":
      return (spec.kind === "and" ? and : or)(...spec.operands.map(condition));
    case "in":
    case "notIn":
      return numberElement(spec.operand)[spec.kind](spec.values);
    case "inSubquery": {
      const found = select(Inner.c.n).where(condition(spec.where));
      return spec.negated ? numberElement(spec.operand).notIn(found) : numberElement(spec.operand).in(found);
    }
    case "between":
      return numberElement(spec.operand).between(numberElement(spec.low), numberElement(spec.high));
    case "like":
      return textElement(spec.operand).like(spec.pattern);
    case "exists":
      return exists(select(Inner.c.id).where(condition(spec.where)));
    default:
      return textElement(spec.operand)[spec.kind](spec.part);
  }
}

function itemElement(spec: ItemSpec): ColumnElement<unknown> {
  if (spec.kind === "number") return numberElement(spec.of);
  return spec.kind === "text" ? textElement(spec.of) : condition(spec.of);
}

function aggregateOf(name: "count" | "sum" | "min" | "max", element: NumberElement): NumberElement {
  if (name === "count") return func.count(element) as ColumnElement<number | null>;
  return name === "sum" ? func.sum(element) : func[name](element);
}

/** The statement that `spec` stands for; its rows are in a total order where that decides which ones there are. */
export function statementOf(spec: SelectSpec) {
  const [first, second, ...others] = spec.items.map((item, index) => itemElement(item).label(`item_${String(index)}`));
  const aggregates = spec.aggregates.map(({ name, of }, index) =>
    aggregateOf(name, numberElement(of)).label(`aggregate_${String(index)}`),
  );
  const labelled = [first, second, ...others, ...aggregates] as ColumnElement<unknown>[];
  const columns = labelled as [ColumnElement<unknown>, ColumnElement<unknown>];
  let statement = select(...columns).from(Thing);
  if (spec.join !== undefined) statement = statement[spec.join.kind](Part, condition(spec.join.on));
  if (spec.where !== undefined) statement = statement.where(condition(spec.where));
  if (spec.aggregates.length > 0) {
    statement = statement.groupBy(...columns.slice(0, spec.items.length));
    if (spec.having !== undefined) statement = statement.having(func.count()[spec.having.operator](spec.having.value));
  }
  if (spec.distinct) statement = statement.distinct();
  if (spec.limit !== undefined)
    statement = statement.orderBy(...columns.map((column) => column.asc().nullsFirst())).limit(spec.limit);
  return statement;
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });

export interface RowsSpec {
  readonly things: readonly {
    readonly n: number | null;
    readonly m: number | null;
    readonly label: string | null;
    readonly flag: boolean | null;
  }[];
  readonly parts: readonly {
    readonly thingId: number | null;
    readonly n: number | null;
    readonly label: string | null;
  }[];
}

/** Rows of both tables; parts refer to things that are there. */
export const data: fc.Arbitrary<RowsSpec> = fc.record({
  things: fc.array(
    fc.record({ n: maybe(small), m: maybe(small), label: maybe(plainWord), flag: maybe(fc.boolean()) }),
    { minLength: 4, maxLength: 8 },
  ),
  parts: fc.array(fc.record({ thingId: maybe(fc.integer({ min: 1, max: 4 })), n: maybe(small), label: maybe(word) }), {
    minLength: 3,
    maxLength: 6,
  }),
});
