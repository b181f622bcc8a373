/** Revisions that are interrupted everywhere. Their hashes are fixed, because a process started by a test compiles them otherwise. */
import { sql } from "sqlmodel";
import type { AsyncConnection } from "../../src/engine/async-connection.ts";
import { revision } from "./revisions.ts";

/** Schema changes and writes by turns; each write would be seen if it were done twice. */
export const mixed = revision(
  "mixed",
  (op) => {
    op.execute(sql`CREATE TABLE hero (id INTEGER NOT NULL PRIMARY KEY, visits INTEGER NOT NULL)`);
    op.execute(sql`INSERT INTO hero (id, visits) VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 1)`);
    op.execute(sql`CREATE INDEX ix_visits ON hero (visits)`);
    op.execute(sql`UPDATE hero SET visits = visits + 1`);
    op.execute(sql`UPDATE hero SET visits = visits * 3`);
    op.execute(sql`ALTER TABLE hero ADD COLUMN rank INTEGER`);
  },
  {
    downgrade: (op) => {
      op.execute(sql`UPDATE hero SET visits = visits + 100`);
      op.execute(sql`ALTER TABLE hero RENAME TO old_hero`);
      op.execute(sql`UPDATE old_hero SET visits = visits + 1000`);
    },
    contentHash: "mixed",
  },
);
export const filled = revision(
  "filled",
  (op) => {
    op.backfill("hero", { rank: sql`coalesce(rank, 0) + visits + id` }, { batchSize: 2 });
    op.run("once more", async (connection: AsyncConnection) => {
      await connection.execute(sql`UPDATE hero SET visits = visits + 7`);
    });
    op.execute(sql`INSERT INTO hero (id, visits) VALUES (6, 1)`);
  },
  { after: ["mixed"], contentHash: "filled", downgrade: (op) => op.execute(sql`DELETE FROM hero WHERE id = 6`) },
);
