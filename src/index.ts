/** `sqlmodel`: models, statements, engines and sessions. Every public name is listed here. */

// ---------------------------------------------------------------- models
export { alias } from "./model/entity.ts";
export { mapperOf, mappers } from "./model/configure.ts";
export { registerModels } from "./model/definition.ts";
export { ModelDefinitionError, NotLoadedError, RelationshipDefinitionError, RelationshipValueError, ValidationError } from "./model/errors.ts";
export { discriminator, field, generated, now, primaryKey, version, type Field, type FieldFlag, type FieldOptions, type PrimaryKeyOptions } from "./model/field.ts";
export type { Include, Loaded } from "./model/loaded.ts";
export { joined, selectin, type LoaderOption, type LoaderSettings } from "./model/loader-option.ts";
export type { ColumnAttribute, FieldProblem, Mapper, Relationship } from "./model/mapper.ts";
export type { Alias, ColumnsOf, InheritedModelClass, ModelClass, ModelStatics, RelationshipsOf } from "./model/model-class.ts";
export type { RelationshipHandle } from "./model/relationship-handle.ts";
export { many, one, type CascadeOption, type ManyOptions, type OneDeclaration, type RelationshipDeclaration, type RelationshipOptions } from "./model/relationship.ts";
export type { Columns, CreateInput, Entity, Instance, NotLoaded, RelationshipNames } from "./model/shape.ts";
export { inherit, metadata, table, tableFor, type TableFunction } from "./model/table.ts";
export {
  check,
  comment,
  foreignKey,
  index,
  polymorphicIdentity,
  polymorphicOn,
  schema,
  unique,
  type TableArgument,
} from "./model/table-args.ts";
export type { AnyModel } from "./model/any.ts";
export { MetaData } from "./metadata/meta-data.ts";
export type { NamingConvention } from "./metadata/naming-convention.ts";
export { SchemaDefinitionError, UnknownReferenceError } from "./metadata/errors.ts";

// ---------------------------------------------------------------- statements
export { insert, type Insert, type InsertRow, type UpdateValues } from "./model/insert.ts";
export { select, type Select } from "./model/select.ts";
export { deleteFrom, update, type Delete, type Update } from "./model/update.ts";
export type { Row } from "./model/row.ts";
export { ColumnElement, OrderElement, type Operand } from "./sql/expression/column-element.ts";
export { func, type FunctionElement, type OverOptions } from "./sql/expression/functions.ts";
export { and, caseWhen, cast, exists, identifier, literal, not, or, sql, tuple, type CaseElement, type SqlIdentifier, type SqlTemplate } from "./sql/expression/operators.ts";
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
export { AmbiguousForeignKeysError, ArgumentError, CompileError, NoForeignKeysError, ValueError } from "./sql/errors.ts";
export { InternalError, SQLModelError } from "./util/coded-error.ts";
export { uuidv7 } from "./util/uuid.ts";
