/** Each operation on a real MariaDB: what it leaves in the catalog is what the operation says, and the rows are still there. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases } from "../../../test/support/dialects.ts";
import {
  catalogWith,
  literal,
  name,
  nasty,
  OperationTester,
  quoted,
  tableOf,
} from "../../../test/support/operation-tester.ts";
import type { CatalogTable } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";

const [server] = databases.filter((candidate) => candidate.name === "MariaDB");
const hero = { name: "hero" };
const other = `sqlmodel_other_${String(process.pid)}`;

describe.runIf(server !== undefined)("operations on MariaDB", () => {
  let tester: OperationTester;

  beforeAll(async () => {
    if (server !== undefined) tester = new OperationTester(await server.open());
  });
  afterAll(async () => {
    await tester.database.command(`DROP DATABASE IF EXISTS ${other}`);
    await tester.database.close();
  });
  beforeEach(() => tester.clear());

  it("creates from a catalog what is read back as that catalog", async () => {
    const catalog = await tester.setUp(...everything);
    expect(catalog.tables.length).toBeGreaterThan(6);
    const objects: Operation[] = [
      ...catalog.sequences.map((sequence) => ({ kind: "createSequence" as const, sequence })),
      ...["parent", ...catalog.tables.map(({ name }) => name).filter((name) => name !== "parent")].map((name) => ({
        kind: "createTable" as const,
        table: tableOf(catalog, name),
      })),
      ...catalog.views.map((view) => ({ kind: "createObject" as const, object: { kind: "view" as const, view } })),
      ...catalog.routines.map((routine) => ({
        kind: "createObject" as const,
        object: { kind: "routine" as const, routine },
      })),
    ];
    const dropped: Operation[] = [
      ...catalog.views.map((view) => ({ kind: "dropObject" as const, object: { kind: "view" as const, view } })),
      ...catalog.routines.map((routine) => ({
        kind: "dropObject" as const,
        object: { kind: "routine" as const, routine },
      })),
      ...catalog.tables
        .toSorted((left) => (left.name === "parent" ? 1 : -1))
        .map(({ name }) => ({ kind: "dropTable" as const, table: { name } })),
      ...catalog.sequences.map((sequence) => ({ kind: "dropSequence" as const, sequence })),
    ];
    await tester.run(dropped, catalog);
    const empty = await tester.inspect();
    expect([empty.tables, empty.views, empty.routines, empty.sequences]).toEqual([[], [], [], []]);
    await tester.run(objects, empty);
    expect(await tester.inspect()).toEqual(catalog);
  });

  it("keeps the index of a foreign key where nothing else serves it, and only there", async () => {
    await tester.setUp(
      "CREATE TABLE team (id int PRIMARY KEY)",
      "CREATE TABLE hero (id int PRIMARY KEY, team int, n int)",
      "INSERT INTO team VALUES (1)",
      "INSERT INTO hero VALUES (1, 1, 1)",
    );
    const foreignKey = {
      kind: "foreignKey" as const,
      name: "fk",
      columns: ["team"],
      referred: { name: "team" },
      referredColumns: ["id"],
    };
    const index = { name: "i", columns: [{ column: "team" }, { column: "n" }], unique: false };
    const indexNames = async () =>
      (
        await tester.rows(
          "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = database() AND table_name = 'hero' ORDER BY 1",
        )
      ).flat();
    await tester.become([{ kind: "addConstraint", table: hero, constraint: foreignKey }]);
    expect(await indexNames()).toEqual(["fk", "PRIMARY"]);
    await tester.become([{ kind: "createIndex", table: hero, index }]);
    expect(await indexNames()).toEqual(["i", "PRIMARY"]);
    await tester.become([{ kind: "dropIndex", table: hero, name: "i" }]);
    expect(await indexNames()).toEqual(["fk", "PRIMARY"]);
    await tester.become([
      { kind: "createIndex", table: hero, index },
      { kind: "renameIndex", table: hero, name: "i", newName: "i2" },
    ]);
    expect(await indexNames()).toEqual(["i2", "PRIMARY"]);
    await tester.become([{ kind: "dropIndex", table: hero, name: "i2" }]);
    await tester.become([
      { kind: "renameConstraint", table: hero, constraintKind: "foreignKey", name: "fk", newName: "fk2" },
    ]);
    expect(await indexNames()).toEqual(["fk2", "PRIMARY"]);
    await tester.become([{ kind: "dropConstraint", table: hero, constraintKind: "foreignKey", name: "fk2" }]);
    expect(await indexNames()).toEqual(["PRIMARY"]);
    await tester.become([
      { kind: "addConstraint", table: hero, constraint: { ...foreignKey, onDelete: "CASCADE" } },
      { kind: "addConstraint", table: hero, constraint: { ...foreignKey, name: "fk_b" } },
    ]);
    await tester.become([{ kind: "dropConstraint", table: hero, constraintKind: "foreignKey", name: "fk" }]);
    await tester.become([{ kind: "dropColumn", table: hero, column: "team" }]);
    expect(await tester.rows("SELECT * FROM hero")).toEqual([[1, 1]]);
  });

  it("changes the type of both sides of a foreign key", async () => {
    await tester.setUp(
      "CREATE TABLE team (id int AUTO_INCREMENT PRIMARY KEY, code varchar(5) NOT NULL, UNIQUE (code))",
      "CREATE TABLE hero (id int PRIMARY KEY, team int, code varchar(5), CONSTRAINT fk FOREIGN KEY (team) REFERENCES team (id) ON DELETE CASCADE, CONSTRAINT fk_c FOREIGN KEY (code) REFERENCES team (code))",
      "INSERT INTO team VALUES (1, 'a')",
      "INSERT INTO hero VALUES (1, 1, 'a')",
    );
    await tester.become([
      { kind: "alterColumn", table: { name: "team" }, column: "id", changes: { type: "bigint(20)" } },
      { kind: "setTableComment", table: hero, comment: "x" },
      { kind: "alterColumn", table: hero, column: "team", changes: { type: "bigint(20)" } },
    ]);
    await tester.become([
      { kind: "setTableOptions", table: { name: "team" }, options: { collation: "utf8mb4_general_ci" } },
      { kind: "setTableOptions", table: hero, options: { collation: "utf8mb4_general_ci", rowFormat: "COMPRESSED" } },
    ]);
    await tester.become([{ kind: "setTableOptions", table: hero, options: { rowFormat: undefined } }]);
    expect(await tester.rows("SELECT * FROM hero")).toEqual([[1, "1", "a"]]);
    await tester.become([
      { kind: "alterColumn", table: { name: "team" }, column: "id", changes: { type: "int(11)" } },
      { kind: "dropConstraint", table: hero, constraintKind: "foreignKey", name: "fk" },
    ]);
  });

  it("adds, renames and drops constraints and indexes of every kind", async () => {
    await tester.setUp(
      "CREATE TABLE hero (id int, a int NOT NULL, t text, g point NOT NULL, s varchar(300))",
      "INSERT INTO hero VALUES (1, 1, 't', point(1, 1), 's')",
    );
    await tester.become([
      { kind: "addConstraint", table: hero, constraint: { kind: "unique", name, columns: ["a", "id"] } },
      { kind: "addConstraint", table: hero, constraint: { kind: "check", name: "ck", expression: "`a` > 0" } },
      {
        kind: "createIndex",
        table: hero,
        index: { name: "ft", columns: [{ column: "t" }], unique: false, method: "fulltext" },
      },
      {
        kind: "createIndex",
        table: hero,
        index: { name: "sp", columns: [{ column: "g" }], unique: false, method: "spatial" },
      },
      {
        kind: "createIndex",
        table: hero,
        index: { name: "px", columns: [{ column: "s", length: 10, descending: true }], unique: true, comment: nasty },
      },
      {
        kind: "createIndex",
        table: hero,
        index: { name: "hs", columns: [{ column: "t" }], unique: true, method: "hash", options: { invisible: "true" } },
      },
      { kind: "renameConstraint", table: hero, constraintKind: "unique", name, newName: "uq" },
      { kind: "renameConstraint", table: hero, constraintKind: "check", name: "ck", newName: name },
      { kind: "setTableComment", table: hero, comment: nasty },
      { kind: "renameTable", table: hero, newName: name },
    ]);
    const there = { name };
    await tester.become([
      { kind: "dropConstraint", table: there, constraintKind: "check", name },
      { kind: "dropConstraint", table: there, constraintKind: "unique", name: "uq" },
      { kind: "dropIndex", table: there, name: "ft" },
      { kind: "dropIndex", table: there, name: "sp" },
      { kind: "dropIndex", table: there, name: "px" },
      { kind: "setTableComment", table: there, comment: undefined },
    ]);
  });

  it("takes a plain unique index and a unique constraint for one thing", async () => {
    await tester.setUp("CREATE TABLE hero (id int PRIMARY KEY, a int)");
    const index = { name: "u", columns: [{ column: "a" }], unique: true };
    await tester.run(
      [
        { kind: "createIndex", table: hero, index },
        { kind: "renameIndex", table: hero, name: "u", newName: "u2" },
      ],
      await tester.inspect(),
    );
    expect(tableOf(await tester.inspect(), "hero").uniques).toEqual([{ name: "u2", columns: ["a"] }]);
    await tester.run([{ kind: "dropIndex", table: hero, name: "u2" }], await tester.inspect());
    const before = await tester.inspect();
    await tester.run(
      [
        { kind: "createIndex", table: hero, index },
        { kind: "dropConstraint", table: hero, constraintKind: "unique", name: "u" },
      ],
      before,
    );
    expect(await tester.inspect()).toEqual(before);
  });

  it("changes schemas, sequences, partitions, views, routines and triggers", async () => {
    await tester.setUp(
      "CREATE TABLE hero (id int PRIMARY KEY, n int)",
      "CREATE SEQUENCE sq",
      "INSERT INTO hero VALUES (1, 1)",
    );
    const view = {
      name: "v",
      materialized: false,
      definition: "CREATE VIEW `v` AS select `hero`.`id` AS `id` from `hero`",
      indexes: [],
      columns: ["id"],
    };
    const trigger = {
      name,
      definition: `CREATE TRIGGER ${quoted} BEFORE INSERT ON \`hero\` FOR EACH ROW SET NEW.n = 1`,
      enabled: true,
    };
    await tester.become([
      { kind: "createObject", object: { kind: "view", view } },
      { kind: "createObject", object: { kind: "trigger", table: hero, trigger } },
      {
        kind: "alterSequence",
        sequence: { name: "sq" },
        changes: { increment: "3", cache: "0", cycle: true, maxValue: "500" },
      },
      { kind: "setTableOptions", table: hero, options: { engine: "Aria" } },
    ]);
    await tester.become([
      { kind: "dropObject", object: { kind: "trigger", table: hero, trigger } },
      { kind: "dropObject", object: { kind: "view", view } },
      { kind: "dropSequence", sequence: { name: "sq" } },
      { kind: "setTableOptions", table: hero, options: { engine: "InnoDB" } },
    ]);
    await tester.run(
      [
        {
          kind: "setTableOptions",
          table: hero,
          options: { partitionBy: "HASH (`id`) (PARTITION `p0`, PARTITION `p1`)" },
        },
      ],
      await tester.inspect(),
    );
    expect(tableOf(await tester.inspect(), "hero")).toMatchObject({
      kind: "partitioned",
      options: { partitionBy: "HASH (`id`) (PARTITION `p0`, PARTITION `p1`)" },
    });
    await tester.run(
      [{ kind: "setTableOptions", table: hero, options: { partitionBy: undefined } }],
      await tester.inspect(),
    );
    expect(await tester.rows("SELECT * FROM hero")).toEqual([[1, 1]]);
  });

  it("works in other schemas, and drops none that holds anything", async () => {
    const there = { schema: other, name: "there" };
    await tester.setUp("CREATE TABLE hero (id int PRIMARY KEY)");
    await tester.run([{ kind: "createSchema", name: other }], await tester.inspect());
    const columns = [
      { name: "id", type: "int(11)", nullable: false },
      { name: "hero", type: "int(11)", nullable: true },
    ];
    const tableThere = {
      ...catalogWith(there).tables[0],
      ...there,
      columns,
      primaryKey: { name: undefined, columns: ["id"] },
      options: { charset: "utf8mb4", collation: "utf8mb4_nopad_bin", engine: "InnoDB" },
    } as CatalogTable;
    await tester.become([{ kind: "createTable", table: tableThere }], [other]);
    const key = {
      kind: "foreignKey" as const,
      name: "fk",
      columns: ["hero"],
      referred: there,
      referredColumns: ["id"],
    };
    const toOwn: Operation = { kind: "addConstraint", table: there, constraint: { ...key, referred: hero } };
    const catalogHere = await tester.inspect([other]);
    expect(() => tester.steps([toOwn], catalogHere)).toThrow("Foreign key 'fk'");
    await tester.become([{ kind: "addConstraint", table: there, constraint: key }], [other]);
    await tester.become([{ kind: "renameTable", table: there, newName: "moved" }], [other]);
    expect(await tester.findings([{ kind: "dropSchema", name: other }], [other])).toEqual([["moved"]]);
    expect((await tester.inspect([other])).schemas).toEqual([{ name: other }]);
    await tester.become([{ kind: "dropTable", table: { schema: other, name: "moved" } }], [other]);
    await tester.run([{ kind: "dropSchema", name: other }], await tester.inspect([other]));
    expect((await tester.inspect([other])).schemas).toEqual([]);
  });

  it("refuses what these databases do not have", async () => {
    const catalog = await tester.setUp("CREATE TABLE hero (id int PRIMARY KEY)");
    const index = { name: "i", columns: [{ expression: "id + 1" }], unique: false };
    for (const operation of [
      { kind: "createIndex", table: hero, index },
      { kind: "createIndex", table: hero, index: { ...index, columns: [{ column: "id" }], where: "id > 1" } },
      { kind: "createEnum", type: { name: "e", values: ["a"] } },
      { kind: "dropConstraint", table: hero, constraintKind: "check", name: undefined },
      { kind: "setTableOptions", table: hero, options: { engine: "x; DROP TABLE hero" } },
      { kind: "setTableOptions", table: hero, options: { fillfactor: "1" } },
    ] as Operation[]) {
      expect(() => tester.steps([operation], catalog)).toThrow();
    }
  });
});

/** One of each thing that MariaDB has, with names and texts made to break out of quotes. */
const everything = [
  "CREATE SEQUENCE sq START WITH 5 MINVALUE 2 MAXVALUE 100 INCREMENT BY 3 CACHE 7 CYCLE",
  `CREATE TABLE parent (id int AUTO_INCREMENT PRIMARY KEY, code varchar(20) NOT NULL, n int, UNIQUE uq_code (code), KEY nn (n)) COMMENT=${literal}`,
  `CREATE TABLE types (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    ${quoted} varchar(200) DEFAULT ${literal} COMMENT ${literal},
    t text DEFAULT 'abc', e1 int DEFAULT (1 + 2), dt datetime(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
    j json, en enum('a','b''c','d\\\\e','\`\${x}\\n') NOT NULL DEFAULT 'b''c', de decimal(10,2) DEFAULT 1.55,
    bo tinyint(1) NOT NULL DEFAULT 0, la varchar(10) CHARACTER SET latin1 COLLATE latin1_bin, co varchar(10) COLLATE utf8mb4_general_ci,
    inv int INVISIBLE DEFAULT 5, vi int GENERATED ALWAYS AS (e1 + 1) VIRTUAL COMMENT 'c', st int GENERATED ALWAYS AS (e1 + 1) STORED,
    zf bigint unsigned zerofill, uu char(36) CHARACTER SET ascii COLLATE ascii_bin, ts timestamp NULL,
    ts2 timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(), bi bit(3) DEFAULT b'101',
    vb varbinary(10) DEFAULT X'00ff', ye year, se set('x','y'), ge geometry NOT NULL, jc longtext CHECK (json_valid(jc)), ck int CHECK (ck > 3),
    da date DEFAULT '2020-01-01', ud uuid DEFAULT uuid(), i6 inet6, nu varchar(30) DEFAULT 'NULL', em varchar(30) DEFAULT '😀 ?', su smallint unsigned,
    lb longblob, fl float, db double NOT NULL, ti time(3), lt longtext,
    PRIMARY KEY (id), UNIQUE KEY u1 (co(5) DESC, e1), UNIQUE KEY ${quoted} (de), FULLTEXT KEY ft (t), SPATIAL KEY sp (ge), KEY i1 (e1) COMMENT ${literal},
    KEY i2 (e1, bo) IGNORED, KEY i3 (lt(20), la), UNIQUE KEY lu (lt), CONSTRAINT ck1 CHECK (e1 > 0 and t <> 'x\\\\y'), CHECK (de > ${literal})
  ) COMMENT='' ROW_FORMAT=COMPRESSED STATS_PERSISTENT=1`,
  `CREATE TABLE child (id int PRIMARY KEY, pid int, pid2 int, pid3 int, code varchar(20), n int,
    CONSTRAINT fk1 FOREIGN KEY (pid) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE SET NULL,
    CONSTRAINT fk2 FOREIGN KEY (pid2) REFERENCES parent (id) ON DELETE RESTRICT ON UPDATE NO ACTION, KEY served (pid2, n),
    CONSTRAINT fk3 FOREIGN KEY (id) REFERENCES parent (id), CONSTRAINT ${quoted} FOREIGN KEY (code) REFERENCES parent (code),
    FOREIGN KEY (pid3) REFERENCES parent (n))`,
  "CREATE TABLE tree (id int PRIMARY KEY, up int, CONSTRAINT fk_up FOREIGN KEY (up) REFERENCES tree (id))",
  `CREATE TABLE parts (id int, y int, KEY (id) USING HASH) PARTITION BY RANGE (y) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
    (PARTITION p0 VALUES LESS THAN (10) COMMENT = ${literal}, PARTITION p1 VALUES LESS THAN MAXVALUE)`,
  "CREATE TABLE listed (id int, y varchar(5)) PARTITION BY LIST COLUMNS (y) (PARTITION a VALUES IN ('x','y'), PARTITION b DEFAULT)",
  "CREATE TABLE hashed (id int) PARTITION BY HASH (id) PARTITIONS 3",
  "CREATE TABLE aria (id int, g int, PRIMARY KEY (id DESC)) ENGINE=Aria DEFAULT CHARSET=latin1",
  "CREATE TABLE kept (id int) WITH SYSTEM VERSIONING",
  `CREATE TABLE ${quoted} (${quoted} int PRIMARY KEY)`,
  "CREATE VIEW v1 AS SELECT id, code FROM parent WHERE n > 1",
  "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW v2 AS SELECT x.id, c.code FROM parent x JOIN child c ON c.pid = x.id WHERE x.n > 1 WITH CASCADED CHECK OPTION",
  "CREATE TRIGGER t1 BEFORE INSERT ON parent FOR EACH ROW BEGIN SET NEW.n = 1; SET NEW.code = 'it''s'; END",
  "CREATE TRIGGER t2 BEFORE INSERT ON parent FOR EACH ROW SET NEW.n = NEW.n + 1",
  `CREATE FUNCTION fn(x int, y varchar(20) CHARACTER SET latin1) RETURNS varchar(30) DETERMINISTIC COMMENT ${literal} BEGIN RETURN concat(x, y); END`,
  "CREATE PROCEDURE pr(IN x int, OUT y varchar(20)) MODIFIES SQL DATA SQL SECURITY INVOKER BEGIN SELECT 1 INTO y; END",
];
