/** `hybrid`: the SQL of a getter, so that a computed property can be read on an entity and asked for in a statement. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import type { FromClause, LabelNode } from "../sql/expression/node.ts";
import { rebase } from "../sql/expression/rebase.ts";
import type { AnyModel } from "./any.ts";
import { propertyNode } from "./column-elements.ts";
import { mapperOfDefinition } from "./configure.ts";
import { findDefinition, lineage, nameOf } from "./definition.ts";
import { entitySource, findAlias } from "./entity-source.ts";
import { ModelDefinitionError } from "./errors.ts";
import type { Alias } from "./model-class.ts";
import { withOwnSources } from "./own-sources.ts";

/** A getter of a model as an SQL expression: use it as a column, and `of(alias)` for an alias of the model. */
export class HybridElement<T, Source extends string, M extends AnyModel> extends ColumnElement<T, Source> {
  declare readonly model?: M;
  declare readonly node: LabelNode;
  // One expression an alias: GROUP BY and ORDER BY know a result column by its identity.
  readonly #ofAliases = new WeakMap<object, ColumnElement<unknown>>();

  /**
   * The same property of an alias: `Hero.isAdult.of(boss)`.
   * @throws ArgumentError for what is no alias.
   */
  of<Name extends string>(aliased: Alias<M, Name>): ColumnElement<T, Name> {
    const source = findAlias(aliased);
    if (source === undefined)
      throw new ArgumentError(`of() takes an alias made by alias(model, name), not ${describe(aliased)}.`);
    const known = this.#ofAliases.get(source);
    if (known !== undefined) return known as ColumnElement<T, Name>;
    const { mapper } = source;
    const tables = new Set(mapper.selfAndDescendants.flatMap((below) => below.tables));
    const replacements = new Map<FromClause, FromClause>([...tables].map((table) => [table, source.sourceOf(table)]));
    const operand = rebase(this.node.operand, replacements);
    const subclass = mapper.parent === undefined ? undefined : () => source;
    const node = propertyNode(operand, `${source.from.name}_${this.node.name}`, source.from, subclass);
    const made = new ColumnElement<T, Name>(node);
    this.#ofAliases.set(source, made);
    return made;
  }
}

/** A model that `hybrid` can be declared on. */
interface HybridModel {
  readonly tableName: string;
  readonly prototype: object;
  readonly c: object;
}

/**
 * The SQL of a getter, declared beside it under its name:
 *
 * `get isAdult() { return (this.age ?? 0) >= 18; }`
 * `static readonly isAdult = hybrid(Hero, "isAdult", (c) => func.coalesce(c.age, 0).ge(18));`
 *
 * The property is then read on entities and asked for in statements: `select(Hero).where(Hero.isAdult)`. Both have one type.
 * @param model The model, whose class body may name it already.
 * @param name The getter.
 * @param expression Makes the expression of the model's columns.
 * @throws ModelDefinitionError where the model has no such getter, ArgumentError where nothing comes of `expression`.
 */
export function hybrid<M extends HybridModel, const K extends keyof M["prototype"] & string>(
  model: M,
  name: K,
  expression: (c: M["c"]) => ColumnElement<M["prototype"][K]>,
): HybridElement<M["prototype"][K], M["tableName"], M & AnyModel> {
  const definition = findDefinition(model);
  if (definition === undefined) throw new ArgumentError(`hybrid() takes a model, not ${describe(model)}.`);
  if (!hasGetter(model.prototype, name))
    throw new ModelDefinitionError(
      `hybrid() says how to ask for '${name}' of ${nameOf(definition)}, which has no getter of that name. Write get ${name}() { … } beside it.`,
    );
  const made: unknown = expression(model.c);
  if (!ColumnElement.isElement(made))
    throw new ArgumentError(`The function of hybrid('${name}') must return an SQL expression, not ${describe(made)}.`);
  const tables = lineage(definition).map(({ table }) => table);
  const operand = withOwnSources(made.node, { sources: new Set(tables), parent: undefined });
  const subclass = definition.parent === undefined ? undefined : () => entitySource(mapperOfDefinition(definition));
  return new HybridElement(propertyNode(operand, name, definition.root.table, subclass));
}

function hasGetter(prototype: unknown, name: string): boolean {
  for (let at: unknown = prototype; typeof at === "object" && at !== null; at = Object.getPrototypeOf(at) as unknown) {
    const property = Object.getOwnPropertyDescriptor(at, name);
    if (property !== undefined) return property.get !== undefined;
  }
  return false;
}
