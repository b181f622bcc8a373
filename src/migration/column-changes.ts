/** What `op.alterColumn` changes, as revision files say it and as a catalog says it. */
import type { ColumnChanges } from "../metadata/operation.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import type { DefinitionText } from "./definition-text.ts";
import type { ColumnDefinition, DefaultValue, IdentityOptions, Sql } from "./definitions.ts";

/** What may change of a column; `null` takes something away. */
export interface AlterColumnOptions {
  readonly type?: SqlType | Sql;
  readonly nullable?: boolean;
  readonly default?: DefaultValue | null;
  readonly identity?: boolean | IdentityOptions;
  readonly generated?: Sql | null;
  readonly stored?: boolean;
  readonly collation?: string | null;
  readonly comment?: string | null;
  readonly options?: { readonly [name: string]: string } | null;
  /** How values of the old type become values of the new one: sql`code::integer`. */
  readonly using?: Sql;
  /** The column as it was: needed on MySQL only, and only for SQL that is written without a database. */
  readonly existing?: ColumnDefinition;
}

/** The changes as a catalog's texts. */
export function columnChanges(definitions: DefinitionText, options: AlterColumnOptions): ColumnChanges {
  const { type, nullable, identity, generated, stored = true, ...rest } = options;
  const taken = <T>(value: T | null): T | undefined => value ?? undefined;
  return {
    ...(type === undefined ? {} : { type: definitions.type(type) }),
    ...(nullable === undefined ? {} : { nullable }),
    ...(rest.default === undefined ? {} : { default: definitions.default(taken(rest.default)) }),
    ...(identity === undefined ? {} : { identity: definitions.identity(identity) }),
    ...(generated === undefined
      ? {}
      : { computed: generated === null ? undefined : { expression: definitions.sql(generated), stored } }),
    ...(rest.collation === undefined ? {} : { collation: taken(rest.collation) }),
    ...(rest.comment === undefined ? {} : { comment: taken(rest.comment) }),
    ...(rest.options === undefined ? {} : { options: taken(rest.options) }),
  };
}
