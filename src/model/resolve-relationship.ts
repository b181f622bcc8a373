/** Finds the columns of a relationship: by the foreign keys between the tables, or by what `foreignKey` names. Called by configure.ts. */
import type { Column } from "../metadata/column.ts";
import type { ResolvedForeignKey } from "../metadata/meta-data.ts";
import { orderNode } from "../sql/expression/order.ts";
import { AmbiguousForeignKeysError, NoForeignKeysError } from "../sql/errors.ts";
import { required } from "../util/assert-never.ts";
import { didYouMean } from "../util/closest-name.ts";
import type { AnyModel } from "./any.ts";
import { cascadesOf } from "./cascade-option.ts";
import type { ConfiguredMapper, ConfiguredRelationship, ModelAttribute } from "./configured-mapper.ts";
import type { ModelDefinition } from "./definition.ts";
import { RelationshipDefinitionError } from "./errors.ts";
import type { AttributePair, RelationshipDirection, Secondary } from "./mapper.ts";
import type { RelationshipDeclaration } from "./relationship.ts";

/** A relationship on its way from declaration to mapper. */
export interface DeclaredRelationship {
  readonly mapper: ConfiguredMapper;
  readonly key: string;
  readonly declaration: RelationshipDeclaration<AnyModel, unknown>;
  readonly targetDefinition: ModelDefinition;
  readonly throughDefinition: ModelDefinition | undefined;
  target: ConfiguredMapper | undefined;
  made: ConfiguredRelationship | undefined;
}

interface Columns {
  readonly direction: RelationshipDirection;
  readonly pairs: readonly AttributePair[];
  readonly secondary: Secondary | undefined;
}

/** Make the relationship; its other side is linked later. `all` are those declared beside it. */
export function makeRelationship(
  declared: DeclaredRelationship,
  all: readonly DeclaredRelationship[],
): ConfiguredRelationship {
  const { mapper, key, declaration } = declared;
  const { options, isMany, isNullable } = declaration;
  const target = required(declared.target, "relationship target");
  const columns =
    declared.throughDefinition === undefined
      ? directColumns(declared, target, all)
      : linkColumns(declared, target, declared.throughDefinition, all);
  if (!isMany && !isNullable) checkNullability(declared, target, columns);
  const { orderBy = [] } = options;
  const made: ConfiguredRelationship = {
    ...columns,
    index: inheritedCount(mapper) + mapper.ownKeys.indexOf(key),
    key,
    parent: mapper,
    target,
    isMany,
    isNullable,
    reverse: undefined,
    cascade: cascadesOf(`${mapper.name}.${key}`, options, columns.direction),
    passiveDeletes: options.passiveDeletes ?? false,
    orderBy: (Array.isArray(orderBy) ? orderBy : [orderBy]).map(orderNode),
    viewonly: options.viewonly ?? false,
  };
  declared.made = made;
  return made;
}

function inheritedCount(mapper: ConfiguredMapper): number {
  let count = 0;
  for (let above = mapper.parent; above !== undefined; above = above.parent) count += above.ownKeys.length;
  return count;
}

function directColumns(
  declared: DeclaredRelationship,
  target: ConfiguredMapper,
  all: readonly DeclaredRelationship[],
): Columns {
  const { mapper, declaration } = declared;
  const given = namesOf(declaration.options.foreignKey);
  const partner = partnerOf(declared, all);
  const named = given ?? namesOf(partner?.declaration.options.foreignKey);
  // Of two `one` on one table, the one that names the key is the side that has it.
  const isInverse =
    mapper.root === target.root && given === undefined && named !== undefined && partner?.declaration.isMany === false;
  const own = declaration.isMany || isInverse ? [] : foreignKeysBetween(mapper, target);
  const theirs = foreignKeysBetween(target, mapper);
  const toOne = choose(declared, own, named);
  if (toOne !== undefined)
    return { direction: "manyToOne", pairs: pairsOf(toOne, mapper, target), secondary: undefined };
  const toMany = choose(declared, theirs, named);
  if (toMany === undefined) throw noForeignKey(declared, target, named);
  const pairs = pairsOf(toMany, target, mapper).map(({ local, remote }) => ({ local: remote, remote: local }));
  return { direction: "oneToMany", pairs, secondary: undefined };
}

function linkColumns(
  declared: DeclaredRelationship,
  target: ConfiguredMapper,
  link: ModelDefinition,
  all: readonly DeclaredRelationship[],
): Columns {
  const { mapper, declaration } = declared;
  const partner = partnerOf(declared, all)?.declaration.options;
  const named = namesOf(declaration.options.foreignKey ?? partner?.otherForeignKey);
  const otherNamed = namesOf(declaration.options.otherForeignKey ?? partner?.foreignKey);
  const keys = link.metadata.foreignKeysOf(link.table);
  const toParent = keys.filter((key) => mapper.tables.includes(key.referredTable));
  const toTarget = keys.filter((key) => target.tables.includes(key.referredTable));
  const knownTarget = otherNamed === undefined ? undefined : choose(declared, toTarget, otherNamed);
  const parentKey = choose(
    declared,
    toParent.filter((key) => key !== knownTarget),
    named,
  );
  const targetKey =
    knownTarget ??
    choose(
      declared,
      toTarget.filter((key) => key !== parentKey),
      otherNamed,
    );
  if (parentKey === undefined) throw noLinkKey(declared, link, mapper, named);
  if (targetKey === undefined) throw noLinkKey(declared, link, target, otherNamed);
  const linkPairs = (key: ResolvedForeignKey, side: ConfiguredMapper): Secondary["parentPairs"] =>
    key.pairs.map(({ column, referred }) => ({ attribute: attributeOf(side, referred), link: column }));
  return {
    direction: "manyToMany",
    pairs: [],
    secondary: {
      table: link.table,
      model: required(link.model, "link model"),
      parentPairs: linkPairs(parentKey, mapper),
      targetPairs: linkPairs(targetKey, target),
    },
  };
}

/** The declaration that `backPopulates` names, as far as it is among `all`. */
function partnerOf(
  declared: DeclaredRelationship,
  all: readonly DeclaredRelationship[],
): DeclaredRelationship | undefined {
  const { backPopulates } = declared.declaration.options;
  return all.find(
    (other) => other !== declared && other.key === backPopulates && isWithin(declared.target, other.mapper),
  );
}

function isWithin(below: ConfiguredMapper | undefined, above: ConfiguredMapper): boolean {
  for (let mapper = below; mapper !== undefined; mapper = mapper.parent) if (mapper === above) return true;
  return false;
}

function namesOf(option: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof option === "string" ? [option] : option;
}

/** The foreign keys from `from` to `to`, without the key by which a subclass's table continues its parent's. */
function foreignKeysBetween(from: ConfiguredMapper, to: ConfiguredMapper): ResolvedForeignKey[] {
  const continuing = new Set<unknown>();
  for (let mapper: ConfiguredMapper | undefined = from; mapper !== undefined; mapper = mapper.parent)
    continuing.add(mapper.definition.inheritanceKey);
  const keys = from.tables.flatMap((table) => from.metadata.foreignKeysOf(table));
  return keys.filter(
    ({ constraint, referredTable, pairs }) =>
      !continuing.has(constraint) &&
      to.tables.includes(referredTable) &&
      pairs.every(({ column }) => findAttribute(from, column) !== undefined),
  );
}

/** The one key that is meant; undefined where there is none. @throws AmbiguousForeignKeysError */
function choose(
  declared: DeclaredRelationship,
  keys: readonly ResolvedForeignKey[],
  named: readonly string[] | undefined,
): ResolvedForeignKey | undefined {
  if (named !== undefined) {
    return keys.find(
      ({ pairs }) =>
        pairs.length === named.length &&
        pairs.every(({ column }) => named.includes(column.key) || named.includes(column.name)),
    );
  }
  if (keys.length < 2) return keys[0];
  const { mapper, key, target } = declared;
  const shown = keys.map(
    ({ table, pairs }) => `${table.fullName}(${pairs.map(({ column }) => column.key).join(", ")})`,
  );
  const option =
    declared.throughDefinition === undefined || target !== mapper ? "foreignKey" : "foreignKey and otherForeignKey";
  throw new AmbiguousForeignKeysError(
    `${mapper.name}.${key} could follow any of ${String(keys.length)} foreign keys: ${shown.join(" and ")}. Say which by ${option}: "${keys[0]?.pairs[0]?.column.key ?? ""}".`,
  );
}

function pairsOf(key: ResolvedForeignKey, from: ConfiguredMapper, to: ConfiguredMapper): AttributePair[] {
  return key.pairs.map(({ column, referred }) => ({
    local: attributeOf(from, column),
    remote: attributeOf(to, referred),
  }));
}

function findAttribute(mapper: ConfiguredMapper, column: Column): ModelAttribute | undefined {
  return mapper.attributes.find((attribute) => attribute.columns.includes(column));
}

function attributeOf(mapper: ConfiguredMapper, column: Column): ModelAttribute {
  return required(findAttribute(mapper, column), `${mapper.name}'s attribute of column '${column.name}'`);
}

function noForeignKey(
  declared: DeclaredRelationship,
  target: ConfiguredMapper,
  named: readonly string[] | undefined,
): Error {
  const { mapper, key, declaration } = declared;
  const place = `${mapper.name}.${key}`;
  if (named === undefined) {
    const child = declaration.isMany ? target : mapper;
    const parent = declaration.isMany ? mapper : target;
    const property = `${parent.table.name.replace(/^./, (first) => first.toLowerCase())}Id`;
    return new NoForeignKeysError(
      `${place} has no foreign key to follow between '${mapper.table.fullName}' and '${target.table.fullName}'. Add one, such as ${property}: field(z.int(), { foreignKey: "${parent.table.fullName}.${parent.primaryKey[0]?.column.name ?? "id"}" }) of ${child.name}.`,
    );
  }
  return new RelationshipDefinitionError(
    `${place}: ${unknownKey(named, [mapper, target], `is no foreign key between ${mapper.name} and ${target.name}`)}`,
  );
}

function unknownKey(named: readonly string[], sides: readonly ConfiguredMapper[], otherwise: string): string {
  const keys = sides.flatMap((side) => side.attributes.map((attribute) => attribute.key));
  const unknown = named.find((name) => !keys.includes(name));
  if (unknown === undefined)
    return `foreignKey '${named.join("', '")}' ${otherwise}. Give its field a foreignKey, or leave the option out.`;
  const owners = [...new Set(sides.map((side) => side.name))].join(" or ");
  return `foreignKey names '${unknown}', which is no property of ${owners}.${didYouMean(unknown, keys)}`;
}

function noLinkKey(
  declared: DeclaredRelationship,
  link: ModelDefinition,
  side: ConfiguredMapper,
  named: readonly string[] | undefined,
): Error {
  const place = `${declared.mapper.name}.${declared.key}`;
  const referred = `${side.table.fullName}.${side.primaryKey[0]?.column.name ?? "id"}`;
  if (named === undefined) {
    return new NoForeignKeysError(
      `${place} goes through '${link.table.fullName}', which has no foreign key to '${side.table.fullName}'. Add one: field(…, { primaryKey: true, foreignKey: "${referred}" }).`,
    );
  }
  const keys = link.fields.map((field) => field.key);
  return new RelationshipDefinitionError(
    `${place}: '${named.join("', '")}' is no foreign key of '${link.table.fullName}' to '${side.table.fullName}'.${didYouMean(named[0] ?? "", keys)}`,
  );
}

/** A type that promises an object where there may be none would lie. */
function checkNullability(declared: DeclaredRelationship, target: ConfiguredMapper, columns: Columns): void {
  const place = `${declared.mapper.name}.${declared.key}`;
  if (columns.direction === "oneToMany") {
    throw new RelationshipDefinitionError(
      `${place} may be null: nothing makes sure that there is a ${target.name} for each ${declared.mapper.name}. Add .nullable(): one(${target.name}, {…}).nullable().`,
    );
  }
  const nullable = columns.pairs.find(({ local }) => local.column.nullable);
  if (nullable === undefined) return;
  throw new RelationshipDefinitionError(
    `${place} may be null, because ${nullable.local.key} may. Add .nullable(): one(${target.name}, {…}).nullable().`,
  );
}
