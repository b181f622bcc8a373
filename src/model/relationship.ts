/** `one` and `many`: what a model says of a relationship, unread until `configure.ts` needs it. */
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { AnyModel } from "./any.ts";
import type { Cascade } from "./mapper.ts";

declare const relatedTarget: unique symbol;
declare const relatedValue: unique symbol;

/** Cascades as SQLAlchemy writes them: "all, delete-orphan", or a list. */
export type CascadeOption = "all" | "all, delete-orphan" | readonly (Cascade | "all")[];

/** What `one` and `many` take beside the model. `Names` are the target's properties. */
export interface RelationshipOptions<Names extends string = string> {
  /** The target's relationship that is the other side of this one: both are kept in step in memory. */
  readonly backPopulates?: Names;
  /**
   * The property (properties, for a composite key) that holds the foreign key: of this model for the side that has it,
   * of the target for the other; with `through`, the link model's that refers to this model. Needed where there are several.
   */
  readonly foreignKey?: string | readonly string[];
  /** What happens to the related objects when this one is saved, merged, deleted. "save-update, merge" where not given. */
  readonly cascade?: CascadeOption;
  /** true: what is not loaded is left to the database's ON DELETE; "all": so is what is loaded. */
  readonly passiveDeletes?: boolean | "all";
  /** Read only: never written by a flush, never kept in step. */
  readonly viewonly?: boolean;
}

/** What `many` takes beside the model. */
export interface ManyOptions<Names extends string = string> extends RelationshipOptions<Names> {
  /** The link model of a many-to-many relationship. */
  readonly through?: AnyModel;
  /** With `through`: the link model's property (properties) that refers to the target. */
  readonly otherForeignKey?: string | readonly string[];
  /** The order in which the collection is loaded. */
  readonly orderBy?: ColumnElement<unknown> | readonly ColumnElement<unknown>[];
}

/** A relationship as a model declares it. Made by `one` and `many`. */
export class RelationshipDeclaration<Target extends AnyModel, Value> {
  declare readonly [relatedTarget]: Target;
  declare readonly [relatedValue]: Value;
  readonly #brand = true;
  readonly target: AnyModel;
  readonly isMany: boolean;
  readonly isNullable: boolean;
  readonly options: ManyOptions;

  constructor(target: Target, shape: { isMany: boolean; isNullable: boolean }, options: ManyOptions) {
    this.target = target;
    this.isMany = shape.isMany;
    this.isNullable = shape.isNullable;
    this.options = options;
  }

  static isDeclaration(value: unknown): value is RelationshipDeclaration<AnyModel, unknown> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** A relationship to one object. */
export class OneDeclaration<Target extends AnyModel, Value> extends RelationshipDeclaration<Target, Value> {
  /** There may be none: the property may be null. */
  nullable(): OneDeclaration<Target, Value | null> {
    return new OneDeclaration<Target, Value | null>(
      this.target as Target,
      { isMany: false, isNullable: true },
      this.options,
    );
  }
}

/** One object of another model: `team: () => one(Team, { backPopulates: "heroes" }).nullable()`. */
export function one<M extends AnyModel>(
  target: M,
  options: RelationshipOptions<keyof InstanceType<M> & string> = {},
): OneDeclaration<M, InstanceType<M>> {
  return new OneDeclaration(target, { isMany: false, isNullable: false }, options);
}

/** Many objects of another model: `heroes: () => many(Hero, { backPopulates: "team" })`. */
export function many<M extends AnyModel>(
  target: M,
  options: ManyOptions<keyof InstanceType<M> & string> = {},
): RelationshipDeclaration<M, InstanceType<M>[]> {
  return new RelationshipDeclaration(target, { isMany: true, isNullable: false }, options);
}
