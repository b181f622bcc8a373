/** `Hero.r.team`: a relationship as part of a statement, to join along or to ask about. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import type { Expression, FromClause } from "../sql/expression/node.ts";
import { conjunction } from "../sql/expression/operators.ts";
import { rebase } from "../sql/expression/rebase.ts";
import { emptySelect, type SelectNode } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import { columnEquality, one } from "./nodes.ts";
import { entitySource, findAlias, type EntitySource } from "./entity-source.ts";
import type { Mapper, Relationship } from "./mapper.ts";
import type { RelationshipDeclaration } from "./relationship.ts";

declare const thunk: unique symbol;

/** A relationship in statements; `Thunk` is its declaration, read only where its type is needed. */
export class RelationshipHandle<Thunk> {
  declare readonly [thunk]: Thunk;
  readonly #brand = true;
  readonly relationship: Relationship;
  /** The entity it starts from. */
  readonly owner: EntitySource;
  /** The alias it leads to; undefined for the target's own tables. */
  readonly alias: EntitySource | undefined;

  constructor(relationship: Relationship, owner: EntitySource, alias?: EntitySource) {
    this.relationship = relationship;
    this.owner = owner;
    this.alias = alias;
  }

  static isHandle(value: unknown): value is RelationshipHandle<unknown> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }

  /** The same relationship, leading to an alias of its target: `select(Hero).join(Hero.r.boss.of(Boss))`. */
  of<A extends AnyModel>(alias: A): AliasedHandle<A> {
    const { relationship, owner } = this;
    const source = findAlias(alias);
    if (source !== undefined && source.mapper.root === relationship.target.root)
      return new RelationshipHandle(relationship, owner, source);
    throw new ArgumentError(
      `${relationship.parent.name}.r.${relationship.key}.of() takes an alias of ${relationship.target.name}: alias(${relationship.target.name}, "…").`,
    );
  }

  /** True where there is a related object for which all conditions hold; they speak of the target model's own columns. */
  any(...conditions: ColumnElement<boolean>[]): ColumnElement<boolean, never> {
    return new ColumnElement({ kind: "exists", statement: this.#related(conditions), negated: false });
  }

  /** The same, for a relationship to one object. */
  has(...conditions: ColumnElement<boolean>[]): ColumnElement<boolean, never> {
    return this.any(...conditions);
  }

  #related(conditions: readonly ColumnElement<boolean>[]): SelectNode {
    const { relationship, owner } = this;
    const plain = entitySource(relationship.target);
    const isSelf = relationship.target.root === relationship.parent.root;
    const target = this.alias ?? (isSelf ? entitySource(relationship.target, `${relationship.key}_1`) : plain);
    const replacements = new Map<FromClause, FromClause>(
      relationship.target.tables.map((table) => [table, target.sourceOf(table)]),
    );
    const given = conjunction(undefined, conditions, "any");
    const own = given === undefined || this.alias !== undefined ? given : rebase(given, replacements);
    const { from, joins, on } = relatedFrom(relationship, owner, target);
    const operands = [
      ...on,
      ...(target.criterion === undefined ? [] : [target.criterion]),
      ...(own === undefined ? [] : [own]),
    ];
    return {
      ...emptySelect,
      columns: [one],
      from: [from],
      joins,
      where: { kind: "junction", operator: "and", operands },
    };
  }
}

/** A handle that leads to an alias. */
export type AliasedHandle<A extends AnyModel> = RelationshipHandle<() => RelationshipDeclaration<A, unknown>>;

/** What an EXISTS over a relationship reads from, and what ties it to the row outside. */
function relatedFrom(
  relationship: Relationship,
  owner: EntitySource,
  target: EntitySource,
): Pick<SelectNode, "joins"> & { from: FromClause; on: Expression[] } {
  const tables = target.mapper.tables.slice(1).map((table) => target.keyJoin(table, "inner"));
  const { secondary } = relationship;
  if (secondary === undefined) {
    const on = relationship.pairs.map(({ local, remote }) =>
      columnEquality(owner.column(local), target.column(remote)),
    );
    return { from: target.from, joins: tables, on };
  }
  const on = secondary.parentPairs.map(({ attribute, link }) => columnEquality(owner.column(attribute), link.node));
  const toTarget = secondary.targetPairs.map(({ attribute, link }) =>
    columnEquality(link.node, target.column(attribute)),
  );
  return {
    from: target.from,
    joins: [
      ...tables,
      { kind: "inner", target: secondary.table, on: { kind: "junction", operator: "and", operands: toTarget } },
    ],
    on,
  };
}

/** The handles of all relationships of an entity, by name. */
export function relationshipHandles(
  mapper: Mapper,
  owner: EntitySource,
): { readonly [name: string]: RelationshipHandle<unknown> } {
  const handles = Object.create(null) as { [name: string]: RelationshipHandle<unknown> };
  for (const relationship of mapper.relationships)
    handles[relationship.key] = new RelationshipHandle(relationship, owner);
  return Object.freeze(handles);
}
