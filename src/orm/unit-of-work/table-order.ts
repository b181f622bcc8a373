/** The order of tables: what is referred to comes first. */
import type { MetaData } from "../../metadata/meta-data.ts";
import type { Table } from "../../metadata/table.ts";
import type { Mapper } from "../../model/mapper.ts";
import { topologicalSort, type SortedGroup } from "../../util/topological-sort.ts";

const referred = new WeakMap<Table, readonly Table[]>();

/** The tables that `table` refers to by foreign keys. */
export function referredTables(table: Table, metadata: MetaData): readonly Table[] {
  let known = referred.get(table);
  if (known === undefined) {
    known = metadata.foreignKeysOf(table).map((key) => key.referredTable);
    referred.set(table, known);
  }
  return known;
}

/** Groups of tables in the order in which rows are inserted; a cycle is one group. */
export function sortTables(tables: Iterable<Table>, metadata: MetaData): SortedGroup<Table>[] {
  return topologicalSort(tables, (table) => referredTables(table, metadata));
}

/** Columns of `mapper` that live in `table`, with the attribute each belongs to. */
export function attributesIn(
  mapper: Mapper,
  table: Table,
): readonly { attribute: Mapper["attributes"][number]; column: Table["columns"][number] }[] {
  let byTable = owned.get(mapper);
  if (byTable === undefined) owned.set(mapper, (byTable = new Map()));
  let found = byTable.get(table);
  if (found === undefined) {
    found = mapper.attributes.flatMap((attribute) =>
      attribute.columns.filter((column) => column.node.from === table).map((column) => ({ attribute, column })),
    );
    byTable.set(table, found);
  }
  return found;
}

const owned = new WeakMap<
  Mapper,
  Map<Table, readonly { attribute: Mapper["attributes"][number]; column: Table["columns"][number] }[]>
>();
