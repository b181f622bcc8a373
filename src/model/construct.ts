/** `new Hero({…})`: checks everything that was given, reports all of it at once, and sets the properties. Called by table.ts. */
import { describe } from "../sql/expression/column-element.ts";
import { didYouMean } from "../util/closest-name.ts";
import type { AnyModel } from "./any.ts";
import { mapperOfDefinition } from "./configure.ts";
import type { ConfiguredMapper, ModelAttribute } from "./configured-mapper.ts";
import { definitionOf } from "./definition.ts";
import { RelationshipValueError, ValidationError } from "./errors.ts";
import { InstanceState } from "./instance-state.ts";
import type { FieldProblem, Relationship } from "./mapper.ts";
import { checkMember } from "./check-member.ts";
import { attachState } from "./state-slot.ts";

/** Make `entity`, an object fresh from its class, what `init` says. @throws ValidationError */
export function construct(entity: object, model: AnyModel, init: unknown): void {
  const mapper = mapperOfDefinition(definitionOf(model));
  const values = readInit(mapper, init);
  const problems: FieldProblem[] = [];
  const target = entity as { [key: string]: unknown };
  const checked: unknown[] = [];
  let taken = 0;
  for (const attribute of mapper.attributes) {
    const { key } = attribute;
    const isGiven = Object.hasOwn(values, key);
    if (isGiven) taken += 1;
    // Every column is set, in one order, also where there is no value yet: all objects of a model have one shape.
    target[key] = isGiven
      ? givenValue(mapper, attribute, values[key], problems)
      : initialValue(mapper, attribute, problems);
    checked.push(target[key]);
  }
  const state = new InstanceState(entity, mapper);
  const related = Object.keys(values).length > taken ? readRelated(mapper, state, values, problems) : undefined;
  if (problems.length > 0) throw new ValidationError(mapper.name, problems);
  state.checked = checked;
  attachState(entity, state);
  if (related === undefined) return;
  for (const [relationship, value] of related) state.writeRelated(relationship, value);
}

type Init = { readonly [key: string]: unknown };

function readInit(mapper: ConfiguredMapper, init: unknown): Init {
  if (init === undefined) return {};
  if (typeof init === "object" && init !== null && !Array.isArray(init)) return init as Init;
  throw new ValidationError(mapper.name, [
    { field: "constructor", message: `expected an object of properties, received ${describe(init)}` },
  ]);
}

function givenValue(
  mapper: ConfiguredMapper,
  attribute: ModelAttribute,
  value: unknown,
  problems: FieldProblem[],
): unknown {
  const { key, check } = attribute;
  if (value === undefined) {
    problems.push({ field: key, message: `is undefined. Leave it out${attribute.nullable ? ", or give null" : ""}.` });
    return undefined;
  }
  if (attribute.computed) {
    problems.push({ field: key, message: "is computed by the database. Leave it out." });
    return undefined;
  }
  if (attribute === mapper.polymorphicOn && value !== mapper.polymorphicIdentity) {
    problems.push({
      field: key,
      message: `is ${JSON.stringify(mapper.polymorphicIdentity)} for every ${mapper.name}. Leave it out.`,
    });
    return undefined;
  }
  return check.parse(value, problems);
}

function initialValue(mapper: ConfiguredMapper, attribute: ModelAttribute, problems: FieldProblem[]): unknown {
  const { key, check, makeDefault, field } = attribute;
  if (attribute === mapper.polymorphicOn) return mapper.polymorphicIdentity;
  if (makeDefault !== undefined) return check.parse(makeDefault(), problems);
  if (field.columnType.hasDefault) return check.initial(problems);
  if (attribute.serverGenerated || attribute.computed) return undefined;
  if (attribute.nullable) return null;
  // The flush sets it, from a related object of either side.
  if (attribute.isReference) return undefined;
  problems.push({ field: key, message: "is required" });
  return undefined;
}

function readRelated(
  mapper: ConfiguredMapper,
  state: InstanceState,
  values: Init,
  problems: FieldProblem[],
): (readonly [Relationship, unknown])[] {
  const related: (readonly [Relationship, unknown])[] = [];
  for (const key of Object.keys(values)) {
    if (mapper.attributeByKey.has(key)) continue;
    const relationship = mapper.relationshipByKey.get(key);
    const value = values[key];
    if (mapper.expressionByKey.has(key)) {
      problems.push({ field: key, message: "is computed by the database. Leave it out." });
    } else if (relationship === undefined) {
      const names = [...mapper.attributeByKey.keys(), ...mapper.relationshipByKey.keys()];
      problems.push({ field: key, message: `is no property of ${mapper.name}.${didYouMean(key, names)}` });
    } else if (value === undefined) {
      problems.push({ field: key, message: "is undefined. Leave it out." });
    } else {
      const problem = relatedProblem(state, relationship, value);
      if (problem === undefined) related.push([relationship, value]);
      else problems.push({ field: key, message: problem });
    }
  }
  return related;
}

function relatedProblem(state: InstanceState, relationship: Relationship, value: unknown): string | undefined {
  const expected = relationship.target.name;
  if (relationship.isMany && !Array.isArray(value))
    return `expected an array of ${expected} objects, received ${describe(value)}`;
  if (value === null) return relationship.isNullable ? undefined : `expected a ${expected}, received null`;
  for (const member of relationship.isMany ? (value as readonly unknown[]) : [value]) {
    try {
      checkMember(state, relationship, member);
    } catch (error) {
      if (!(error instanceof RelationshipValueError)) throw error;
      return `expected ${relationship.isMany ? `${expected} objects` : `a ${expected}`}, received ${describe(member)}`;
    }
  }
  return undefined;
}
