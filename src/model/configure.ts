/**
 * Builds mappers: lazily, for a model and all that its relationships reach, when the first of them is used. Nothing of
 * a batch is published unless all of it is in order, so that a mistake is reported again, not half remembered.
 */
import { snakeCase } from "../util/snake-case.ts";
import type { AnyModel } from "./any.ts";
import { ConfiguredMapper } from "./configured-mapper.ts";
import { definitionOf, nameOf, type ModelDefinition } from "./definition.ts";
import { ModelDefinitionError, RelationshipDefinitionError } from "./errors.ts";
import { linkReverses } from "./link-reverses.ts";
import type { Mapper } from "./mapper.ts";
import { RelationshipDeclaration } from "./relationship.ts";
import { makeRelationship, type DeclaredRelationship } from "./resolve-relationship.ts";

const configured: ConfiguredMapper[] = [];

/** The mapper of a model, with all models below it. @throws ModelDefinitionError, RelationshipDefinitionError */
export function mapperOf(model: AnyModel): Mapper {
  const definition = definitionOf(model);
  configureFamily(definition.root);
  return mapperOfDefinition(definition);
}

/** The mapper of a definition, without a look at the models below it. */
export function mapperOfDefinition(definition: ModelDefinition): ConfiguredMapper {
  return definition.mapper ?? configure(definition);
}

/** All mappers that are configured, in that order. */
export function mappers(): readonly Mapper[] {
  return [...configured];
}

/** See that all models of the mapper's tree are known, before rows of it are read. @throws ModelDefinitionError */
export function requireFamily(mapper: Mapper): void {
  configureFamily(definitionOf(mapper.root.model));
}

/** Rows of a model may be objects of any class below it, so all of these must be known. */
function configureFamily(definition: ModelDefinition): void {
  for (const child of definition.children) {
    if (child.model === undefined) {
      const shown = child.ownsTable
        ? `inherit(${nameOf(definition)}, "${child.table.name}", …)`
        : `inherit(${nameOf(definition)}, {…})`;
      throw new ModelDefinitionError(
        `The class that extends ${shown} has not been used yet, so rows of ${nameOf(definition)} could not become its objects. Name it first: registerModels(…).`,
      );
    }
    if (child.mapper === undefined) configure(child);
    configureFamily(child);
  }
}

/** One attempt to configure: mappers by definition, in the order they were reached. */
type Batch = Map<ModelDefinition, ConfiguredMapper>;

function configure(first: ModelDefinition): ConfiguredMapper {
  first.metadata.configure();
  const batch: Batch = new Map();
  const declared: DeclaredRelationship[] = [];
  const mapper = reach(first, batch, declared);
  const made = declared.map((declaration) => makeRelationship(declaration, declared));
  linkReverses(declared);
  for (const relationship of made) relationship.parent.ownRelationships.push(relationship);
  checkIdentities(batch);
  publish(batch);
  return mapper;
}

/** The mapper of `definition`, made with those of its parents and of all its relationships' targets. */
function reach(definition: ModelDefinition, batch: Batch, declared: DeclaredRelationship[]): ConfiguredMapper {
  const known = definition.mapper ?? batch.get(definition);
  if (known !== undefined) return known;
  const parent = definition.parent === undefined ? undefined : reach(definition.parent, batch, declared);
  // The parent's relationships may have led here already.
  const reached = batch.get(definition);
  if (reached !== undefined) return reached;
  const mapper = new ConfiguredMapper(definition, parent, identityOf(definition));
  batch.set(definition, mapper);
  const own = Object.entries(definition.relationships).map(([key, thunk]): DeclaredRelationship => {
    const declaration = readThunk(mapper.name, key, thunk);
    const target = definitionOf(declaration.target);
    const through = declaration.options.through === undefined ? undefined : definitionOf(declaration.options.through);
    return {
      mapper,
      key,
      declaration,
      targetDefinition: target,
      throughDefinition: through,
      target: undefined,
      made: undefined,
    };
  });
  declared.push(...own);
  for (const item of own) item.target = reach(item.targetDefinition, batch, declared);
  return mapper;
}

function readThunk(model: string, key: string, thunk: () => unknown): RelationshipDeclaration<AnyModel, unknown> {
  let declaration: unknown;
  try {
    declaration = thunk();
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new RelationshipDefinitionError(
      `${model}.${key} refers to a class that does not exist yet. Use ${model} only when the modules of all its related models have run; ${cause.message}.`,
      { cause },
    );
  }
  if (RelationshipDeclaration.isDeclaration(declaration)) return declaration;
  throw new RelationshipDefinitionError(
    `${model}.${key} is no relationship. Write ${key}: () => one(Target, {…}) or many(Target, {…}).`,
  );
}

function identityOf(definition: ModelDefinition): unknown {
  const { inheritance, ownsTable, table, model, root } = definition;
  if (root.inheritance.on === undefined) {
    if (definition.parent !== undefined) {
      throw new ModelDefinitionError(
        `${nameOf(root)} has models below it, but no column that says of which of them a row is. Give it one: type: discriminator().`,
      );
    }
    return undefined;
  }
  if (inheritance.identity !== undefined) return inheritance.identity;
  return ownsTable ? table.name : snakeCase(model?.name ?? "");
}

/** No two models of one tree may have the same identity. */
function checkIdentities(batch: Batch): void {
  const seen = new Map<Mapper, Map<unknown, Mapper>>();
  for (const mapper of batch.values()) {
    const { root, polymorphicIdentity } = mapper;
    let identities = seen.get(root);
    if (identities === undefined) {
      identities = new Map(root.selfAndDescendants.map((other) => [other.polymorphicIdentity, other]));
      seen.set(root, identities);
    }
    const same = identities.get(polymorphicIdentity);
    if (same !== undefined && same !== mapper) {
      throw new ModelDefinitionError(
        `${same.name} and ${mapper.name} have the same polymorphic identity ${JSON.stringify(polymorphicIdentity)}. Give one of them another: static override readonly tableArgs = [polymorphicIdentity("…")].`,
      );
    }
    identities.set(polymorphicIdentity, mapper);
  }
}

function publish(batch: Batch): void {
  for (const [definition, mapper] of batch) {
    mapper.relationships = [...(mapper.parent?.relationships ?? []), ...mapper.ownRelationships];
    mapper.relationshipByKey = new Map(mapper.relationships.map((relationship) => [relationship.key, relationship]));
    for (let above = mapper.parent; above !== undefined; above = above.parent) above.selfAndDescendants.push(mapper);
    definition.mapper = mapper;
    configured.push(mapper);
  }
}
