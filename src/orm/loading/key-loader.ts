/** Reads one entity by its primary key: the statement is made and looked up once for each model. Called by `session-queries.ts`. */
import type { Dialect } from "../../dialect/dialect.ts";
import type { CachedStatement } from "../../engine/compiled-cache.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import { entitySource, type EntitySource } from "../../model/entity-source.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { Mapper } from "../../model/mapper.ts";
import { allOf, columnEquality } from "../../model/nodes.ts";
import type { CollectedValue } from "../../sql/compiler/collect-shape.ts";
import type { BindNode, Expression } from "../../sql/expression/node.ts";
import { emptySelect, type SelectNode } from "../../sql/statement/node.ts";
import { EntityReader } from "./entity-reader.ts";
import type { LoadContext } from "./load-context.ts";

interface KeyStatement {
  readonly source: EntitySource;
  readonly cached: CachedStatement;
  /** The values of the statement: first those of the key, then those of the model's criterion. */
  readonly values: readonly CollectedValue[];
}

const statements = new WeakMap<Dialect, Map<Mapper, KeyStatement>>();

/** The entity with these values of the primary key; null where there is no such row. */
export function* loadByKey(context: LoadContext, mapper: Mapper, values: readonly unknown[]): Io<InstanceState | null> {
  const connection = yield* context.session.connection(false);
  const { source, cached, values: bound } = keyStatement(connection, mapper, values);
  const { rows } = yield* connection.executeCompiled(cached, bound);
  const [row] = rows;
  return row === undefined ? null : new EntityReader(context, source, 0).read(row);
}

function keyStatement(connection: ConnectionCore, mapper: Mapper, keys: readonly unknown[]): KeyStatement {
  const { dialect } = connection;
  const source = entitySource(mapper);
  let ofDialect = statements.get(dialect);
  if (ofDialect === undefined) statements.set(dialect, (ofDialect = new Map()));
  let known = ofDialect.get(mapper);
  if (known === undefined || known.source !== source) {
    known = { source, ...connection.engine.compiled.lookUp(selectByKey(source, keys), dialect) };
    ofDialect.set(mapper, known);
  }
  const values = known.values.map((value, index) =>
    index < keys.length ? { ...(value as BindNode), value: keys[index] } : value,
  );
  return { source, cached: known.cached, values };
}

function selectByKey(source: EntitySource, keys: readonly unknown[]): SelectNode {
  const operands = source.mapper.primaryKey.map((attribute, index): Expression => {
    const left = source.column(attribute);
    return columnEquality(left, { kind: "bind", value: keys[index], type: left.type });
  });
  if (source.criterion !== undefined) operands.push(source.criterion);
  return { ...emptySelect, columns: source.columns, from: [source.from], joins: source.joins, where: allOf(operands) };
}
