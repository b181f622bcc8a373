/** What MySQL and MariaDB can do. */
import { isolationLevels, type Capabilities } from "../capabilities.ts";

/** Which server it is; the two have grown apart. */
export interface MysqlFlavour {
  readonly isMariaDb: boolean;
  /** The default collation of new tables: bytes, without MySQL's padding, so that texts are equal where JavaScript says so. */
  readonly collation: string;
}

/** Facts about a server of this flavour: MariaDB from 10.6, MySQL from 8.0.19. */
export function mysqlCapabilities(flavour: MysqlFlavour): Capabilities {
  return Object.freeze({
    insertReturning: flavour.isMariaDb,
    updateReturning: false,
    deleteReturning: flavour.isMariaDb,
    multiTableDeleteReturning: false,
    batchesWrites: true,
    transactionalDdl: false,
    addConstraint: true,
    renameConstraint: false,
    renameIndex: true,
    columnPositions: true,
    // A schema is what MySQL calls a database.
    schemas: true,
    namedEnums: false,
    sequences: flavour.isMariaDb,
    arrays: false,
    partialIndexes: false,
    expressionIndexes: !flavour.isMariaDb,
    includeIndexes: false,
    indexNames: "table",
    comments: true,
    rowLocks: true,
    aggregateFilter: false,
    nullsOrder: false,
    nullsSort: "smallest",
    enumsCompareInOrder: false,
    lateral: !flavour.isMariaDb,
    fullJoin: false,
    intersectAll: true,
    writingCtes: false,
    searchAndCycle: false,
    withBeforeWrites: !flavour.isMariaDb,
    tableSample: false,
    tableFunctions: false,
    onConflictTarget: false,
    deferrableConstraints: false,
    exclusionConstraints: false,
    isolationLevels,
    writeLockAtBegin: false,
    defaultKeyword: true,
    severalDefaultRows: true,
    maxParameters: 65_535,
  } satisfies Capabilities);
}

/** MariaDB or MySQL, as `mysqlDialect` was told or as a server's version says. */
export function mysqlFlavour(options: { readonly isMariaDb?: boolean; readonly version?: string }): MysqlFlavour {
  const isMariaDb = options.isMariaDb ?? (options.version === undefined || /mariadb/i.test(options.version));
  return { isMariaDb, collation: isMariaDb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin" };
}
