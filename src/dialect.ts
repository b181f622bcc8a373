/** `sqlmodel/dialect`: what a dialect or a driver is made of, for those who write one. */
export { createAsyncEngineFrom, createEngineFrom, type EngineParts } from "./create-engine.ts";
export { isolationLevels, type Capabilities, type IsolationLevel } from "./dialect/capabilities.ts";
export type { Codec } from "./dialect/codec.ts";
export { CodecRegistry, type BuiltInType } from "./dialect/codec-registry.ts";
export type { BatchStatement, BatchWriter, Dialect, InsertBatch, TransactionOptions } from "./dialect/dialect.ts";
export type {
  AggregateFunction,
  Driver,
  DriverConnection,
  DriverResult,
  DriverValue,
  FunctionDefinition,
  Query,
  ScalarFunction,
  TransactionStatus,
} from "./io/driver.ts";
export { execute, type Io } from "./io/io.ts";
export { DdlCompiler } from "./metadata/ddl/ddl-compiler.ts";
export type { Compiled, ParameterSlot, ResultColumn } from "./sql/compiler/compiled.ts";
export { SqlCompiler } from "./sql/compiler/sql-compiler.ts";
