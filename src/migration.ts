/** `sqlmodel/migration`: what revision files and `sqlmodel.config.ts` import. */
export {
  check,
  column,
  exclude,
  foreignKey,
  index,
  primaryKey,
  unique,
  type CheckDefinition,
  type CheckOptions,
  type ColumnDefinition,
  type ColumnDefinitionOptions,
  type ConstraintElement,
  type DefaultValue,
  type ExclusionDefinition,
  type ForeignKeyDefinition,
  type ForeignKeyOptions,
  type IdentityOptions,
  type IndexColumnDefinition,
  type IndexDefinition,
  type IndexOptions,
  type KeyDefinition,
  type KeyOptions,
  type ObjectName,
  type Sql,
  type TableElement,
} from "./migration/definitions.ts";
export { current, downgrade, upgrade, type CommandOptions } from "./migration/commands.ts";
export { defineConfig, type MigrationConfig } from "./migration/config.ts";
export { ConfigError } from "./migration/errors.ts";
export { RevisionError, RevisionFileError, RevisionGraphError } from "./migration/revision/errors.ts";
export { QuestionError, UsageError, type Question } from "./cli/errors.ts";
export { IrreversibleOperationError, MissingObjectError } from "./metadata/errors.ts";
export {
  Operations,
  type AlterColumnOptions,
  type BackfillOptions,
  type ExecuteOptions,
  type MigrationCallback,
} from "./migration/operations.ts";
export type { AlterSequenceOptions, SequenceOptions } from "./migration/sequence-text.ts";
export { reflect } from "./reflection/reflect.ts";
export { inspect, Inspector, type InspectSchemas } from "./reflection/inspector.ts";
export type * from "./metadata/catalog.ts";
export type { Operation, OperationKind } from "./metadata/operation.ts";
export type { MigrationEvent, RevisionReport, RunOptions, RunReport } from "./migration/run/options.ts";
export { identifier, literal, sql } from "./sql/expression/operators.ts";
export {
  array,
  bigint,
  boolean,
  bytea,
  char,
  date,
  decimal,
  double,
  enumType,
  integer,
  json,
  jsonb,
  real,
  smallint,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from "./sql/type/types.ts";
