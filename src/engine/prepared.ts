/** Statements that are compiled once and executed with named values. Made by `prepare()` of the builders of `model/`. */
import type { Dialect } from "../dialect/dialect.ts";
import { collectShape, type CollectedValue } from "../sql/compiler/collect-shape.ts";
import { ArgumentError, CompileError, ParameterError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import { NamedParameter } from "../sql/expression/parameter.ts";
import { mapParts, type Syntax } from "../sql/expression/parts.ts";
import type { Statement } from "../sql/statement/node.ts";
import { didYouMean } from "../util/closest-name.ts";
import { inspectMethod } from "../util/inspect-method.ts";
import type { CachedStatement, CompiledCache } from "./compiled-cache.ts";
import { preparedText, shownStatement, statementSql, type StatementSql } from "./statement-sql.ts";

declare const preparedRow: unique symbol;
declare const preparedValues: unique symbol;

/** Values by the names that `param` gave. */
export type NamedValues = Readonly<Record<string, unknown>>;

/** Where a named value goes. */
interface Place {
  readonly index: number;
  readonly parameter: NamedParameter;
}

/** A statement as one engine runs it. */
export interface PreparedForm {
  readonly generation: number;
  readonly cached: CachedStatement;
  readonly values: readonly CollectedValue[];
  readonly places: readonly Place[];
}

/** What a façade needs of the engine to look a statement up. */
interface Compiling {
  readonly compiled: CompiledCache;
}

/** Walks without a dialect: how lists are written does not matter for what the parameters are. */
const anyShape = { listShape: (): "array" => "array" };

/**
 * A prepared statement: `session.exec(prepared, { name: "Deadpond" })`. Compiled once for each engine; an execution puts the values
 * into their places, without looking at the statement again.
 */
export class Prepared<R, P extends object = NamedValues> {
  declare readonly [preparedRow]: R;
  declare readonly [preparedValues]: (values: P) => void;
  // A private brand: no parsed or cloned object can pass for a statement.
  readonly #brand = true;
  /** What `prepare()` was called on. */
  readonly statement: unknown;
  /** What it says without an engine. */
  readonly node: Statement;
  /** True where the program makes some of its values anew for each execution. */
  readonly isRenewed: boolean;
  /** The names of its parameters. */
  readonly names: readonly string[];
  readonly #forms = new WeakMap<Statement, WeakMap<CompiledCache, PreparedForm>>();

  /** @throws ParameterError where nothing says of what type a parameter is */
  constructor(statement: unknown, node: Statement, isRenewed = false) {
    this.statement = statement;
    this.isRenewed = isRenewed;
    this.node = node;
    const parameters = collectShape(node, anyShape).values.flatMap((value) => parameterIn(value) ?? []);
    const untyped = parameters.find(({ isTyped }) => !isTyped);
    if (untyped !== undefined)
      throw new ParameterError(
        `Nothing beside param("${untyped.name}") says of what type it is. Give it one: param("${untyped.name}", text()).`,
      );
    this.names = [...new Set(parameters.map(({ name }) => name))];
  }

  static isPrepared(value: unknown): value is Prepared<unknown, object> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }

  /** The form of `node`, which is this statement or what a session makes of it, on an engine. @throws CompileError */
  form({ compiled }: Compiling, dialect: Dialect, node: Statement = this.node): PreparedForm {
    let forms = this.#forms.get(node);
    if (forms === undefined) this.#forms.set(node, (forms = new WeakMap()));
    let form = forms.get(compiled);
    if (form === undefined || form.generation !== compiled.generation) {
      form = preparedForm(compiled, dialect, node);
      forms.set(compiled, form);
    }
    return form;
  }

  /**
   * The SQL of a dialect with its parameters, given these values: `{ sql, parameters }`. Printed, it masks the values of hidden columns.
   * @param dialect - Default: PostgreSQL's.
   */
  toSQL(values: P, dialect?: Dialect): StatementSql {
    return statementSql(filledStatement(this.node, this.check(values)), dialect);
  }

  [inspectMethod](): string {
    const names = this.names.map((name) => `:${name}`).join(", ");
    return shownStatement("Prepared", () => `${preparedText(this.node)}${names === "" ? "" : ` -- [${names}]`}`);
  }

  /** @throws ParameterError naming what is missing or unknown */
  check(values: unknown): NamedValues {
    const { names } = this;
    if (values === undefined && names.length === 0) return {};
    if (typeof values !== "object" || values === null || Array.isArray(values))
      throw new ParameterError(
        `The prepared statement takes its values by name: { ${names.join(", ")} }, not ${describe(values)}.`,
      );
    const given = values as NamedValues;
    for (const name of names) {
      if (!Object.hasOwn(given, name) || given[name] === undefined)
        throw new ParameterError(`The prepared statement was given no '${name}'. It takes { ${names.join(", ")} }.`);
    }
    const keys = Object.keys(given);
    const extra = keys.length === names.length ? undefined : keys.find((key) => !names.includes(key));
    if (extra === undefined) return given;
    throw new ParameterError(`The prepared statement has no param("${extra}").${didYouMean(extra, names)}`);
  }
}

/** The values of an execution, in the order of the statement's binds. @throws ArgumentError for NULL where it is never true */
export function placedValues(
  { values, places }: Pick<PreparedForm, "values" | "places">,
  given: NamedValues,
): readonly CollectedValue[] {
  if (places.length === 0) return values;
  const placed = [...values];
  for (const { index, parameter } of places) {
    const value = valueOf(parameter, given);
    const old = placed[index] as CollectedValue;
    placed[index] = withValue(old, value);
  }
  return placed;
}

/** `node` with the values in the places of parameters, for what must look at values before it sends something. */
export function filledStatement<S extends Statement>(node: S, given: NamedValues): S {
  // A source stays one source, however many columns name it.
  const known = new Map<Syntax, Syntax>();
  const fill = (part: Syntax): Syntax => {
    if (part.kind === "bind" || part.kind === "list") {
      const parameter = parameterIn(part);
      return parameter === undefined ? part : withValue(part, valueOf(parameter, given));
    }
    let filled = known.get(part);
    if (filled === undefined) known.set(part, (filled = mapParts(part, fill)));
    return filled;
  };
  return mapParts(node, fill);
}

function valueOf({ name, check }: NamedParameter, given: NamedValues): unknown {
  return check === undefined ? given[name] : check(given[name]);
}

function withValue(old: CollectedValue, value: unknown): CollectedValue {
  if (old.kind === "bind") return { ...old, value };
  if (!Array.isArray(value)) throw new ArgumentError(`in() takes an array, not ${describe(value)}.`);
  return { ...old, values: value as readonly unknown[] };
}

function parameterIn(value: CollectedValue): NamedParameter | undefined {
  const held = value.kind === "bind" ? value.value : value.values[0];
  return NamedParameter.isParameter(held) ? held : undefined;
}

function preparedForm(compiled: CompiledCache, dialect: Dialect, node: Statement): PreparedForm {
  const { generation } = compiled;
  const { cached, values } = compiled.lookUp(node, dialect);
  const places = values.flatMap((value, index): Place[] => {
    const parameter = parameterIn(value);
    if (parameter === undefined) return [];
    if (value.kind === "list") requireArray(cached, index, parameter, dialect);
    return [{ index, parameter }];
  });
  return { generation, cached, values, places };
}

/** The text must not depend on how many values the list will have. */
function requireArray({ compiled }: CachedStatement, bind: number, { name }: NamedParameter, dialect: Dialect): void {
  if (compiled.slots.every((slot) => slot.bind !== bind || slot.member === "all")) return;
  throw CompileError.unsupported(
    dialect.name,
    `list of this type as one parameter, so in(param("${name}")) cannot be prepared`,
    "Build the statement with in([…]) for each list: statements of the same length share one text.",
  );
}
