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
import type { BindNode } from "../../sql/expression/node.ts";
import { emptySelect, type SelectNode } from "../../sql/statement/node.ts";
import { required } from "../../util/assert-never.ts";
import { EntityReader } from "./entity-reader.ts";
import type { LoadContext } from "./load-context.ts";

interface KeyStatement {
  readonly source: EntitySource;
  readonly cached: CachedStatement;
  /** The values of the statement, and for each which of the key's it is; -1 for others. */
  readonly values: readonly CollectedValue[];
  readonly keyPlaces: readonly number[];
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

function keyStatement(
  connection: ConnectionCore,
  mapper: Mapper,
  keys: readonly unknown[],
): Omit<KeyStatement, "keyPlaces"> {
  const { dialect } = connection;
  const source = entitySource(mapper);
  let ofDialect = statements.get(dialect);
  if (ofDialect === undefined) statements.set(dialect, (ofDialect = new Map()));
  let known = ofDialect.get(mapper);
  if (known === undefined || known.source !== source) {
    const binds = source.mapper.primaryKey.map((attribute, index): BindNode => {
      const { type } = source.column(attribute);
      return { kind: "bind", value: keys[index], type };
    });
    const { cached, values: bound } = connection.engine.compiled.lookUp(selectByKey(source, binds), dialect);
    known = { source, cached, values: bound, keyPlaces: bound.map((value) => binds.indexOf(value as BindNode)) };
    ofDialect.set(mapper, known);
  }
  const { keyPlaces } = known;
  const values = known.values.map((value, index) => {
    const place = keyPlaces[index] ?? -1;
    return place < 0 ? value : { ...(value as BindNode), value: keys[place] };
  });
  return { source, cached: known.cached, values };
}

function selectByKey(source: EntitySource, keys: readonly BindNode[]): SelectNode {
  const operands = source.mapper.primaryKey.map((attribute, index) =>
    columnEquality(source.column(attribute), required(keys[index], "value of the key")),
  );
  if (source.criterion !== undefined) operands.push(source.criterion);
  return { ...emptySelect, columns: source.selected, from: [source.from], joins: source.joins, where: allOf(operands) };
}
