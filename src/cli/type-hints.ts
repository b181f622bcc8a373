/** The types that models give columns, so that a file says boolean() where the database only knows an integer. */
import type { MetaData } from "../metadata/meta-data.ts";
import type { TypeHint } from "../migration/render/render-operation.ts";

export function typeHints(metadata: MetaData): TypeHint {
  return ({ schema, name }, column) =>
    metadata.tables.find((table) => table.schema === schema && table.name === name)?.findColumn(column)?.type;
}
