/** Checks one column's values by its Zod type, and for what databases cannot store as it is. Called by construct.ts and the mapper. */
import * as core from "zod/v4/core";
import { describe } from "../sql/expression/column-element.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { isWellFormed } from "../util/well-formed.ts";
import { ModelDefinitionError } from "./errors.ts";
import type { FieldProblem } from "./mapper.ts";
import { quickTests, type QuickTests } from "./quick-test.ts";
import type { ColumnType } from "./zod-type.ts";

const forward: core.ParseContextInternal = { async: false };
const backward: core.ParseContextInternal = { async: false, direction: "backward" };

/** The check of one column. */
export class ValueCheck {
  readonly #field: string;
  readonly #schema: core.$ZodType;
  readonly #encodes: boolean;
  readonly #hasCatch: boolean;
  readonly #structured: boolean;
  readonly #quick: QuickTests;

  constructor(field: string, schema: core.$ZodType, type: ColumnType) {
    this.#field = field;
    this.#schema = schema;
    this.#encodes = type.direction === "backward";
    this.#hasCatch = type.hasCatch;
    this.#structured = isStructured(type.type);
    this.#quick = quickTests(schema);
  }

  /** The value that the Zod type makes of nothing: its default. */
  initial(problems: FieldProblem[]): unknown {
    return this.#run(undefined, forward, problems);
  }

  /** What the property is to hold: `value`, trimmed or coerced where the Zod type does that. Problems are added to the list. */
  parse(value: unknown, problems: FieldProblem[]): unknown {
    if (this.#quick.keeps?.(value) === true) {
      this.#checkStored(value, problems);
      return value;
    }
    const result = this.#run(value, this.#encodes ? backward : forward, problems);
    return this.#encodes ? value : result;
  }

  /** Add what is wrong with a value that the property holds already. */
  check(value: unknown, problems: FieldProblem[]): void {
    if (this.#quick.accepts?.(value) === true) {
      this.#checkStored(value, problems);
      return;
    }
    const before = problems.length;
    const result = this.#run(value, this.#encodes ? backward : forward, problems);
    if (this.#encodes || problems.length > before) return;
    const changed = typeof result !== typeof value || (result === null) !== (value === null);
    // A coerced or caught value passes its Zod type, but the property still holds the one it was made from.
    if (changed || (this.#hasCatch && typeof value !== "object" && result !== value)) {
      problems.push({ field: this.#field, message: `expected ${describe(result)}, received ${describe(value)}` });
    }
  }

  #run(value: unknown, context: core.ParseContextInternal, problems: FieldProblem[]): unknown {
    const payload = this.#parsed(value, context);
    if (payload.issues.length > 0) {
      for (const issue of payload.issues) problems.push(this.#problem(issue));
      return value;
    }
    this.#checkStored(payload.value, problems);
    return payload.value;
  }

  /** What Zod knows nothing of: texts and structures that no database gives back as they are. */
  #checkStored(stored: unknown, problems: FieldProblem[]): void {
    if (typeof stored === "string") {
      const problem = textProblem(stored);
      if (problem !== undefined) problems.push({ field: this.#field, message: problem });
    } else if (this.#structured && typeof stored === "object" && stored !== null && !isSound(stored, [])) {
      checkStructure(stored, this.#field, problems, new Set());
    }
  }

  #parsed(value: unknown, context: core.ParseContextInternal): core.ParsePayload {
    let cause: unknown;
    try {
      const payload = this.#schema._zod.run({ value, issues: [] }, context);
      if (!(payload instanceof Promise)) return payload;
    } catch (error) {
      if (!(error instanceof core.$ZodAsyncError)) throw error;
      cause = error;
    }
    throw new ModelDefinitionError(
      `Field '${this.#field}' has an asynchronous check, for which neither a constructor nor a flush can wait. Check it before: await schema.parseAsync(…).`,
      { cause },
    );
  }

  #problem(issue: core.$ZodRawIssue): FieldProblem {
    const { message, path } = core.util.finalizeIssue(issue, undefined, core.config());
    return { field: [this.#field, ...path].map(String).join("."), message };
  }
}

function isStructured(type: SqlType): boolean {
  if (type.kind === "custom") return isStructured(type.impl);
  return type.kind === "json" || type.kind === "array";
}

// U+0000 ends a text in PostgreSQL's protocol; half of a surrogate pair is no character, and drivers replace it silently.
function isText(text: string): boolean {
  return isWellFormed(text) && !text.includes("\0");
}

function textProblem(text: string): string | undefined {
  if (isText(text)) return undefined;
  return text.includes("\0")
    ? "contains the character U+0000, which databases cannot store"
    : "contains half of a surrogate pair, which is no character";
}

/** Deeper structures are left to the walk that knows where it is. */
const deepest = 20;

/** True where `checkStructure` would find nothing; false says nothing. */
function isSound(value: object, ancestors: object[]): boolean {
  if (ancestors.length >= deepest || ancestors.includes(value)) return false;
  ancestors.push(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) if (!isSoundMember(value[index], ancestors)) return false;
  } else {
    for (const key of Object.keys(value)) {
      const member = (value as { readonly [key: string]: unknown })[key];
      if (!isText(key) || !isSoundMember(member, ancestors)) return false;
    }
  }
  ancestors.pop();
  return true;
}

function isSoundMember(member: unknown, ancestors: object[]): boolean {
  switch (typeof member) {
    case "string":
      return isText(member);
    case "number":
      return Number.isFinite(member);
    case "boolean":
      return true;
    case "object":
      return member === null || !isPlain(member) || isSound(member, ancestors);
    default:
      return false;
  }
}

/** Add what is within a JSON value or an array and would come back as something else. */
function checkStructure(value: object, path: string, problems: FieldProblem[], ancestors: Set<object>): void {
  if (ancestors.has(value)) {
    problems.push({ field: path, message: "refers to itself, which JSON cannot" });
    return;
  }
  ancestors.add(value);
  for (const [key, member] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const place = `${path}.${String(key)}`;
    const problem =
      memberProblem(member, Array.isArray(value)) ?? (typeof key === "string" ? textProblem(key) : undefined);
    if (problem !== undefined) problems.push({ field: place, message: problem });
    else if (typeof member === "object" && member !== null && isPlain(member))
      checkStructure(member, place, problems, ancestors);
  }
  ancestors.delete(value);
}

function memberProblem(member: unknown, inArray: boolean): string | undefined {
  switch (typeof member) {
    case "string":
      return textProblem(member);
    case "number":
      return Number.isFinite(member) ? undefined : `is ${String(member)}, which JSON has not`;
    case "undefined":
      return inArray ? "is undefined, which would become null" : undefined;
    case "function":
    case "symbol":
      return `is ${describe(member)}, which JSON has not`;
    default:
      return undefined;
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
