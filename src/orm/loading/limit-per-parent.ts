/** `limit` of a loader option: so many rows of each parent, by a window function. */
import type { EntitySource } from "../../model/entity-source.ts";
import { allOf, columnEquality } from "../../model/nodes.ts";
import type { LoadNode } from "../../model/query.ts";
import {
  nextSourceId,
  type ColumnNode,
  type Expression,
  type OrderNode,
  type SubquerySource,
} from "../../sql/expression/node.ts";
import type { SelectNode } from "../../sql/statement/node.ts";

const integer = { kind: "integer" } as const;

/** `node`, reduced to the first `load.limit` rows of each value of `keyColumns`; as it is where there is no limit. */
export function limitPerParent(
  node: SelectNode,
  load: LoadNode,
  source: EntitySource,
  keyColumns: readonly ColumnNode[],
): SelectNode {
  if (load.limit === undefined) return node;
  const primaryKey = source.mapper.primaryKey.map((attribute) => source.column(attribute));
  const identifying = [...keyColumns, ...primaryKey];
  const rank: Expression = {
    kind: "function",
    name: "row_number",
    arguments: [],
    type: integer,
    over: { partitionBy: keyColumns, orderBy: rankOrder(node, primaryKey) },
  };
  const labels = identifying.map((_, index) => `k${String(index)}`);
  const ranked: SubquerySource = {
    kind: "subquery",
    id: nextSourceId(),
    name: "ranked",
    statement: {
      ...node,
      columns: [
        ...identifying.map((operand, index): Expression => ({ kind: "label", operand, name: labels[index] ?? "" })),
        { kind: "label", operand: rank, name: "position" },
      ],
      orderBy: [],
    },
  };
  const same = identifying.map((column, index): Expression =>
    columnEquality(column, { kind: "column", from: ranked, name: labels[index] ?? "", type: column.type }),
  );
  const position: ColumnNode = { kind: "column", from: ranked, name: "position", type: integer };
  const within: Expression = {
    kind: "binary",
    operator: "le",
    left: position,
    right: { kind: "bind", value: load.limit, type: integer },
    type: { kind: "boolean" },
  };
  return { ...node, joins: [...node.joins, { kind: "inner", target: ranked, on: allOf([...same, within]) }] };
}

/** The order of the load; the primary key decides between equals, so that the same rows come every time. */
function rankOrder(node: SelectNode, primaryKey: readonly ColumnNode[]): OrderNode[] {
  const given = node.orderBy.map((item): OrderNode =>
    item.kind === "order" ? item : { kind: "order", operand: item, direction: "asc", nulls: undefined },
  );
  return [
    ...given,
    ...primaryKey.map((operand): OrderNode => ({ kind: "order", operand, direction: "asc", nulls: undefined })),
  ];
}
