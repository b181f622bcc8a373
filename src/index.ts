/** `sqlmodel`: models, statements, engines and sessions. Every public name is listed here. */

// ---------------------------------------------------------------- models
export { alias } from "./model/entity.ts";
export { mapperOf, mappers } from "./model/configure.ts";
export { registerModels } from "./model/definition.ts";
export {
  ColumnNotLoadedError,
  ModelDefinitionError,
  NotLoadedError,
  ReadOnlyPropertyError,
  RelationshipDefinitionError,
  RelationshipValueError,
  ValidationError,
} from "./model/errors.ts";
export {
  discriminator,
  field,
  generated,
  now,
  primaryKey,
  version,
  type Field,
  type FieldFlag,
  type FieldOptions,
  type PrimaryKeyOptions,
} from "./model/field.ts";
export { columnProperty, type ColumnPropertyOptions } from "./model/column-property.ts";
export { hybrid, type HybridElement } from "./model/hybrid.ts";
export type { Include, Loaded } from "./model/loaded.ts";
export { joined, selectin, type LoaderOption, type LoaderSettings } from "./model/loader-option.ts";
export type { ColumnAttribute, FieldProblem, Mapper, Relationship } from "./model/mapper.ts";
export type {
  Alias,
  ColumnsOf,
  InheritedModelClass,
  ModelClass,
  ModelStatics,
  RelationshipsOf,
} from "./model/model-class.ts";
export { withParent, type RelatedEntity, type RelationshipHandle } from "./model/relationship-handle.ts";
export {
  many,
  one,
  type CascadeOption,
  type ManyOptions,
  type OneDeclaration,
  type RelationshipDeclaration,
  type RelationshipOptions,
} from "./model/relationship.ts";
export type { Columns, CreateInput, Entity, Instance, NotLoaded, RelationshipNames, Settled } from "./model/shape.ts";
export { inherit, metadata, table, tableFor, type TableFunction } from "./model/table.ts";
export {
  check,
  comment,
  exclude,
  foreignKey,
  index,
  keyPart,
  polymorphicIdentity,
  polymorphicOn,
  schema,
  unique,
  type ExclusionOperator,
  type KeyPartOptions,
  type TableArgument,
} from "./model/table-args.ts";
export type { AnyModel } from "./model/any.ts";
export type { AsyncConnection } from "./engine/async-connection.ts";
export type { Connection } from "./engine/sync-connection.ts";
export { MetaData } from "./metadata/meta-data.ts";
export { nextValue, Sequence, type SequenceOptions } from "./metadata/sequence.ts";
export type { NamingConvention } from "./metadata/naming-convention.ts";
export { SchemaDefinitionError, UnknownReferenceError } from "./metadata/errors.ts";

// ---------------------------------------------------------------- statements
export { insert, type ConflictUpdate, type Insert, type InsertRow, type UpdateValues } from "./model/insert.ts";
export { merge, type Merge } from "./model/merge.ts";
export type { BulkUpdateRow } from "./orm/writing/bulk.ts";
export type { ConflictTarget } from "./model/conflict.ts";
export type { Synchronization } from "./model/change.ts";
export type { SourceItem } from "./model/other-sources.ts";
export { select, type Select } from "./model/select.ts";
export type { LockOptions } from "./model/lock-options.ts";
export {
  except,
  exceptAll,
  intersect,
  intersectAll,
  union,
  unionAll,
  type CompoundSelect,
  type QueryOf,
  type SelectBase,
} from "./model/select-base.ts";
export type { Cte, CteOptions, RecursiveOptions } from "./model/cte.ts";
export type { NamedSource } from "./model/named-source.ts";
export { values, type ValuesList } from "./model/values.ts";
export {
  generateSeries,
  jsonEach,
  tableFunction,
  tableSample,
  unnest,
  type SampleOptions,
  type TableFunctionCall,
} from "./model/table-function.ts";
export { deleteFrom, type Delete } from "./model/delete.ts";
export { update, type Update } from "./model/update.ts";
export type { Row } from "./model/row.ts";
export { ColumnElement, LabelElement, OrderElement, type Operand } from "./sql/expression/column-element.ts";
export { ArrayElement, type ArrayComparison, type ArrayOperand, type ItemOf } from "./sql/expression/array-element.ts";
export { RangeElement, type BoundOf } from "./sql/expression/range-element.ts";
export { rangeType, type BoundedRange, type Range, type RangeBounds, type RangeTypes } from "./sql/type/range-types.ts";
export { range } from "./model/range.ts";
export { fullText, match, type FullTextOptions } from "./model/full-text.ts";
export { MatchElement, type FullTextWeight, type HeadlineOptions } from "./sql/search/match-element.ts";
export { jsonElement, type JsonElement } from "./sql/expression/json-element.ts";
export { jsonArray, jsonObject } from "./sql/expression/json-functions.ts";
export type {
  JsonAt,
  JsonKey,
  JsonMember,
  JsonOperand,
  JsonPart,
  JsonPath,
  JsonTypeName,
} from "./sql/expression/json-types.ts";
export {
  cube,
  groupingSets,
  rollup,
  type GroupedColumns,
  type GroupingElement,
  type GroupingSource,
} from "./sql/expression/grouping.ts";
export { positionIn } from "./sql/expression/order.ts";
export { func } from "./sql/expression/functions.ts";
export type { OrderedAggregate } from "./sql/expression/aggregates.ts";
export type { FunctionElement, WindowFunction } from "./sql/expression/function-element.ts";
export {
  currentRow,
  following,
  preceding,
  unbounded,
  window,
  type Frame,
  type FrameBound,
  type FrameOffset,
  type NamedWindow,
  type OverOptions,
} from "./sql/expression/window.ts";
export { caseOf, caseWhen, type CaseElement, type SimpleCase, type SimpleCaseElement } from "./sql/expression/case.ts";
export { param, type Param } from "./sql/expression/param.ts";
export { tryCast, type TryCastType } from "./sql/expression/try-cast.ts";
export { operator } from "./sql/expression/custom-operator.ts";
export { interval, type IntervalParts } from "./sql/expression/interval.ts";
export type { Interval } from "./sql/expression/interval-value.ts";
export {
  and,
  cast,
  exists,
  identifier,
  literal,
  not,
  nullLiteral,
  or,
  tuple,
  typeCoerce,
  type SqlFragment,
  type SqlIdentifier,
  type SqlTemplate,
} from "./sql/expression/operators.ts";
export {
  array,
  bigint,
  boolean,
  bytea,
  char,
  customType,
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
export type { CustomType, SqlType } from "./sql/type/sql-type.ts";
export {
  AmbiguousForeignKeysError,
  ArgumentError,
  CompileError,
  NoForeignKeysError,
  CartesianProductError,
  ParameterError,
  ValueError,
} from "./sql/errors.ts";
export { InternalError, SQLModelError } from "./util/coded-error.ts";
export { uuidv7 } from "./util/uuid.ts";

// ---------------------------------------------------------------- engines

export { sql, type SqlStatement, type SqlTag } from "./model/sql-statement.ts";
export type { NamedValues, Prepared } from "./engine/prepared.ts";
export { createAsyncEngine, createEngine, type EngineOptions, type ReplicatedUrls } from "./create-engine.ts";
export { AsyncEngine } from "./engine/async-engine.ts";
export { Engine } from "./engine/engine.ts";
export { Result, type FirstItem, type RowMapping } from "./engine/result.ts";
export type { EchoOptions, SlowQueryOptions } from "./engine/echo.ts";
export type { CommentOptions, CommentTags } from "./engine/statement-comments.ts";
export type { StatementSql } from "./engine/statement-sql.ts";
export { AsyncRowStream } from "./engine/async-row-stream.ts";
export { RowStream } from "./engine/row-stream.ts";
export type { StreamOptions } from "./engine/row-source.ts";
export type { ExecOptions } from "./engine/exec-options.ts";
export type { ExplainOptions } from "./engine/explain.ts";
export type { DatabaseLocation, PoolTrace, QueryTrace, TransactionTrace } from "./engine/traces.ts";
export type { Plan, PlanFinding } from "./engine/plan.ts";
export type { PlanNode, PlanOperation } from "./dialect/explain.ts";
export type { ExecuteEvent, ExecuteListener } from "./engine/execution-log.ts";
export {
  AsynchronousCallbackError,
  CannotCancelError,
  ConcurrentConnectionUse,
  EngineDisposedError,
  EngineOptionError,
  ImplicitCommitError,
  InvalidUrlError,
  MultipleResultsFound,
  NoResultFound,
  PoolExhaustedError,
  PoolTimeoutError,
  StreamEndedError,
  StreamOpenError,
  TransactionFailedError,
  TransactionRolledBackError,
  TransactionStateError,
  type ConnectionHolder,
} from "./engine/errors.ts";
export { MissingDriverError } from "./driver/errors.ts";
export {
  AsynchronousRevisionError,
  BookkeepingError,
  DestructiveOperationError,
  ForeignKeyEnforcementError,
  IrreversibleRevisionError,
  MigrationCheckError,
  MigrationError,
  MigrationLockError,
  OfflineError,
  RevisionChangedError,
  RevisionFailedError,
  RevisionOrderError,
  UnfinishedRevisionError,
} from "./migration/errors.ts";
export { AsynchronousDriverError } from "./io/errors.ts";
export { isolationLevels, type Capabilities, type IsolationLevel } from "./dialect/capabilities.ts";
export {
  AmbiguousCommitError,
  CheckViolation,
  ConnectionError,
  DatabaseError,
  DataError,
  DeadlockDetected,
  ForeignKeyViolation,
  IntegrityError,
  LockTimeout,
  NotNullViolation,
  OtherDatabaseError,
  ProgrammingError,
  ReadOnlyError,
  SerializationFailure,
  StatementCancelled,
  StatementTimeout,
  UniqueViolation,
} from "./dialect/database-error.ts";

// ---------------------------------------------------------------- sessions
export { AsyncSession } from "./orm/async-session.ts";
export type { SessionStatistics } from "./engine/statement-meter.ts";
export { Session } from "./orm/session.ts";
export type { BeginOptions, SessionOptions } from "./orm/session-options.ts";
export type { SessionEvent, SessionEvents } from "./orm/session-events.ts";
export type { FlushTrace } from "./orm/flush-trace.ts";
export type { GetOptions } from "./orm/session-queries.ts";
export type { RetryOptions } from "./orm/retry.ts";
export type { NumberedPage, Page, PageOptions, PaginateOptions } from "./orm/pagination/page.ts";
export type { Executable } from "./orm/execute.ts";
export {
  ConcurrentSessionUse,
  DetachedInstanceError,
  DuplicateQueryError,
  FlushError,
  IdentityError,
  InvalidCursorError,
  NPlusOneError,
  ObjectDeletedError,
  PaginationError,
  PendingRollbackError,
  PromiseInTransactionError,
  SessionError,
  StaleDataError,
  SynchronizationError,
} from "./orm/errors.ts";
