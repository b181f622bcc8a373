/** `Hero.r.team`: a relationship as part of a statement, to join along or to ask about. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import type { AnyModel } from "./any.ts";
import { findAlias, type EntitySource } from "./entity-source.ts";
import type { Mapper, Relationship } from "./mapper.ts";
import type { RelationshipDeclaration } from "./relationship.ts";
import { containsEntity, hasNone, isChildOf, isRelated, nameOf, someRelated } from "./relationship-predicates.ts";
import type { Entity } from "./shape.ts";

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

  /** True where an object of the collection fulfils all conditions, which speak of the target model's own columns. */
  any(...conditions: ColumnElement<boolean>[]): ColumnElement<boolean, never> {
    this.#expect("any", true, "has");
    return new ColumnElement(someRelated(this, conditions, "any"));
  }

  /** True where the related object exists and fulfils all conditions, which speak of the target model's own columns. */
  has(...conditions: ColumnElement<boolean>[]): ColumnElement<boolean, never> {
    this.#expect("has", false, "any");
    return new ColumnElement(someRelated(this, conditions, "has"));
  }

  /** True where the object is in the collection. */
  contains(entity: RelatedEntity<Thunk>): ColumnElement<boolean, never> {
    this.#expect("contains", true, "eq");
    return new ColumnElement(containsEntity(this, entity));
  }

  /** True where the related object is this one, or for null where there is none. Never NULL, so that `not(…)` is the opposite. */
  eq(entity: RelatedEntity<Thunk> | null): ColumnElement<boolean, never> {
    this.#expect("eq", false, "contains");
    return new ColumnElement(entity === null ? hasNone(this) : isRelated(this, entity));
  }

  /** The opposite of `eq`: true as well where there is no related object. */
  ne(entity: RelatedEntity<Thunk> | null): ColumnElement<boolean, never> {
    return new ColumnElement({ kind: "not", operand: this.eq(entity).node });
  }

  /** True where there is no related object: `eq(null)`. */
  isNull(): ColumnElement<boolean, never> {
    return this.eq(null);
  }

  /** True where there is a related object. */
  isNotNull(): ColumnElement<boolean, never> {
    return this.ne(null);
  }

  #expect(call: string, isMany: boolean, instead: string): void {
    const { relationship } = this;
    if (relationship.isMany === isMany) return;
    const what = relationship.isMany ? "a collection" : "one object";
    throw new ArgumentError(`${nameOf(relationship)} is ${what}: use ${instead}(), not ${call}().`);
  }
}

/** What a relationship's objects are. */
export type RelatedEntity<Thunk> = Thunk extends () => RelationshipDeclaration<infer Target, unknown>
  ? InstanceType<Target>
  : never;

/**
 * A condition on the relationship's target: that a row belongs to `parent`. `select(Hero).where(withParent(team, Team.r.heroes))`.
 *
 * @throws ArgumentError where `parent` is no object of the model that has the relationship, or has no key yet
 */
export function withParent(parent: Entity, along: RelationshipHandle<unknown>): ColumnElement<boolean, never> {
  if (!RelationshipHandle.isHandle(along))
    throw new ArgumentError(`withParent() takes an object and a relationship: withParent(team, Team.r.heroes).`);
  return new ColumnElement(isChildOf(along, parent));
}

/** A handle that leads to an alias. */
export type AliasedHandle<A extends AnyModel> = RelationshipHandle<() => RelationshipDeclaration<A, unknown>>;

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
