/** What DDL needs of a dialect; `Dialect` in `dialect/` has all of it. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { DdlCompiler } from "./ddl-compiler.ts";

/** A dialect, as far as DDL is concerned. */
export interface DdlDialect {
  readonly name: string;
  readonly capabilities: {
    readonly addConstraint: boolean;
    readonly transactionalDdl: boolean;
    readonly namedEnums: boolean;
    readonly indexNames: "schema" | "table";
  };
  readonly ddl: DdlCompiler;
  tableNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>>;
  sequenceNames?(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>>;
  enumNames?(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>>;
}
