/** Errors of models: definitions, values, relationships. */
import { describe } from "../sql/expression/column-element.ts";
import { SQLModelError } from "../util/coded-error.ts";
import type { InstanceState } from "./instance-state.ts";
import type { FieldProblem, Relationship } from "./mapper.ts";

/** A model is defined in a way that cannot work. */
export class ModelDefinitionError extends SQLModelError {
  constructor(message: string, options?: ErrorOptions) {
    super("E110", message, options);
  }
}

/** A relationship is defined in a way that cannot work. */
export class RelationshipDefinitionError extends SQLModelError {
  constructor(message: string, options?: ErrorOptions) {
    super("E111", message, options);
  }
}

/** Values of an object are not what its model allows; names every one of them. */
export class ValidationError extends SQLModelError {
  readonly model: string;
  readonly problems: readonly FieldProblem[];

  constructor(model: string, problems: readonly FieldProblem[], options?: ErrorOptions) {
    const lines = problems.map(({ field, message }) => `\n  ${model}.${field}: ${message}`);
    super("E112", `${model} is not valid:${lines.join("")}`, options);
    this.model = model;
    this.problems = problems;
  }
}

/** A relationship was touched that no query has loaded. */
export class NotLoadedError extends SQLModelError {
  readonly model: string;
  readonly relationship: string;

  constructor(state: InstanceState, relationship: Relationship) {
    const { key } = relationship;
    const remedy =
      state.session === undefined
        ? `Load it with include({ ${key}: true }) before the session ends, or attach the instance by session.add.`
        : `Load it with include({ ${key}: true }), or by ${state.session.loadCall}(${variable(state.mapper.name)}, "${key}").`;
    super("E301", `${state.describe()} was loaded without '${key}'. ${remedy}`);
    this.model = state.mapper.name;
    this.relationship = key;
  }
}

/** A column was touched whose value was not loaded. */
export class ColumnNotLoadedError extends SQLModelError {
  constructor(state: InstanceState, key: string, reason = "it was expired, or left out by loadOnly() or defer()") {
    const remedy =
      state.session === undefined
        ? "Add the object to a session and refresh it."
        : `Load it with ${state.session.loadCall.replace(/load$/, "refresh")}(…).`;
    super("E309", `'${key}' of ${state.describe()} is not loaded: ${reason}. ${remedy}`);
  }

  static ofProperty(state: InstanceState, key: string): ColumnNotLoadedError {
    const reason =
      state.row === undefined
        ? "the database computes it when the row is read, which is not written yet"
        : "the database computes it when the row is read, and something was written since, or it was expired, or left out by loadOnly() or defer()";
    return new ColumnNotLoadedError(state, key, reason);
  }
}

/** A column property was assigned. */
export class ReadOnlyPropertyError extends SQLModelError {
  constructor(state: InstanceState, key: string) {
    super(
      "E320",
      `${state.mapper.name}.${key} is a column property: the database computes it when the row is read. Change the columns it is made of, and refresh the object.`,
    );
  }
}

/** A relationship was given what cannot be in it. */
export class RelationshipValueError extends SQLModelError {
  constructor(message: string) {
    super("E302", message);
  }

  static wrongTarget(owner: InstanceState, relationship: Relationship, value: unknown): RelationshipValueError {
    return new RelationshipValueError(
      `${owner.mapper.name}.${relationship.key} takes ${relationship.target.name} objects, not ${describe(value)}. Make one with new ${relationship.target.name}({…}).`,
    );
  }

  static notACollection(owner: InstanceState, relationship: Relationship, value: unknown): RelationshipValueError {
    return new RelationshipValueError(
      `${owner.mapper.name}.${relationship.key} takes an array of ${relationship.target.name} objects, not ${describe(value)}.`,
    );
  }
}

function variable(model: string): string {
  return model.charAt(0).toLowerCase() + model.slice(1);
}
