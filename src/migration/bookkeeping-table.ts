/** Where a database keeps which revisions it has. Written by `run/`, left alone by the comparison. */

/** The table's name, in the connection's own schema. */
export const bookkeepingTable = "sqlmodel_migration";
