/** How FULLTEXT indexes are added to tables that are there. */
import type { MysqlFlavour } from "./capabilities.ts";

/**
 * A clause of CREATE INDEX and ALTER TABLE, or none. Once MariaDB (10.11) has added such an index in place to an empty table, all that
 * are added in place later are without the rows that are there by then, and searches do not find them. A copy makes up for that, too.
 */
export function fullTextAlgorithm({ isMariaDb }: MysqlFlavour): string | undefined {
  return isMariaDb ? "ALGORITHM=COPY" : undefined;
}
