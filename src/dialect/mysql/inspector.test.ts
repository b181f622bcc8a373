/** The inspector, scratch databases, locks and bounds on a real MariaDB; MySQL's own texts from its documentation. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databases, type TestDatabase } from "../../../test/support/dialects.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import type { Catalog } from "../../metadata/catalog.ts";
import { defaultText, definerText, expressionText, withoutDatabase } from "./catalog-text.ts";
import { timeouts } from "./migration-lock.ts";
import { isScratchName } from "./scratch.ts";
import { enumLabels, reflectType } from "./type-reflection.ts";

const [server] = databases.filter(({ name }) => name === "MariaDB");

describe.runIf(server !== undefined)("MariaDB", () => {
  let database: TestDatabase;
  let second: TestDatabase;

  beforeAll(async () => {
    if (server === undefined) return;
    database = await server.open();
    second = await server.open();
  });
  afterAll(async () => {
    await database.close();
    await second.close();
  });

  const inspectWith = (core: ConnectionCore): Io<Catalog> =>
    database.dialect.migrations.inspect(core.driverConnection, {});
  const inspect = (): Promise<Catalog> => database.run(inspectWith);
  const here = async (on = database) => String((await on.send("SELECT DATABASE()")).rows[0]?.[0]);

  it("reads a table as what its definition says", async () => {
    await database.command("CREATE TABLE team (id int PRIMARY KEY)");
    await database.command(
      "CREATE TABLE hero (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'a''b', j json, team int, " +
        "at datetime DEFAULT current_timestamp() ON UPDATE current_timestamp(), l varchar(5) CHARACTER SET latin1, " +
        "v int AS (team + 1) VIRTUAL COMMENT 'c', UNIQUE KEY u (name), UNIQUE KEY p (name(3)), KEY t (team, name(2) DESC), " +
        "CONSTRAINT ck CHECK (team > 0), CONSTRAINT fk FOREIGN KEY (team) REFERENCES team (id) ON DELETE CASCADE ON UPDATE RESTRICT, " +
        "CONSTRAINT own FOREIGN KEY (team) REFERENCES team (id)) COMMENT 'h' DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    );
    const { tables } = await inspect();
    expect(JSON.parse(JSON.stringify(tables.find(({ name }) => name === "hero")))).toEqual({
      name: "hero",
      kind: "table",
      comment: "h",
      options: { charset: "utf8mb4", collation: "utf8mb4_bin", engine: "InnoDB" },
      columns: [
        { name: "id", type: "bigint(20)", nullable: false, identity: { always: false } },
        { name: "name", type: "varchar(20)", nullable: false, default: "'a''b'" },
        { name: "j", type: "json", nullable: true },
        { name: "team", type: "int(11)", nullable: true },
        {
          name: "at",
          type: "datetime",
          nullable: true,
          default: "current_timestamp()",
          options: { onUpdate: "current_timestamp()" },
        },
        {
          name: "l",
          type: "varchar(5)",
          nullable: true,
          collation: "latin1_swedish_ci",
          options: { charset: "latin1" },
        },
        {
          name: "v",
          type: "int(11)",
          nullable: true,
          computed: { expression: "`team` + 1", stored: false },
          comment: "c",
        },
      ],
      primaryKey: { columns: ["id"] },
      uniques: [{ name: "u", columns: ["name"] }],
      indexes: [
        { name: "p", unique: true, columns: [{ column: "name", length: 3 }] },
        { name: "t", unique: false, columns: [{ column: "team" }, { column: "name", length: 2, descending: true }] },
      ],
      checks: [{ name: "ck", expression: "`team` > 0" }],
      foreignKeys: [
        { name: "fk", columns: ["team"], referred: { name: "team" }, referredColumns: ["id"], onDelete: "CASCADE" },
        { name: "own", columns: ["team"], referred: { name: "team" }, referredColumns: ["id"] },
      ],
      exclusions: [],
      triggers: [],
      policies: [],
    });
    await database.command("DROP TABLE hero, team");
  });

  it("reads characters beyond U+FFFF where the server's information_schema loses them", async () => {
    await database.command("CREATE TABLE lost (a varchar(20) DEFAULT '😀 ?', b varbinary(4) DEFAULT X'00ff', n int)");
    await database.command("ALTER TABLE lost ADD COLUMN g varchar(30) AS (concat(a, '(😀)', ')')) VIRTUAL");
    await database.command("ALTER TABLE lost ADD CONSTRAINT ck CHECK (a <> '🎉)' and (n > 0 or a = '('))");
    const lost = (await inspect()).tables.find(({ name }) => name === "lost");
    expect(lost?.columns.map((column) => column.default ?? column.computed?.expression)).toEqual([
      "'😀 ?'",
      "X'00ff'",
      undefined,
      "concat(`a`,'(😀)',')')",
    ]);
    expect(lost?.checks).toEqual([{ name: "ck", expression: "`a` <> '🎉)' and (`n` > 0 or `a` = '(')" }]);
    await database.command("DROP TABLE lost");
  });

  it("asks as many queries for a hundred tables as for one", async () => {
    const create = (count: number) =>
      `CREATE TABLE t${String(count)} (id int PRIMARY KEY, a varchar(20) DEFAULT '?', b int CHECK (b > 0), KEY (b))`;
    const queries = () =>
      database.run(function* (core) {
        let count = 0;
        const work = inspectWith(core);
        for (let next = work.next(); ; next = work.next(yield next.value)) {
          if (next.done === true) return { count, tables: next.value.tables.length };
          count += 1;
        }
      });
    await database.command(create(0));
    const one = await queries();
    for (let count = 1; count < 100; count += 1) await database.command(create(count));
    const many = await queries();
    expect(one.tables).toBe(1);
    expect(many).toEqual({ count: one.count, tables: 100 });
    expect(many.count).toBeLessThan(15);
  });

  it("runs work in a database of its own, and takes it away whatever happens", async () => {
    const name = await here();
    const migrations = database.dialect.migrations;
    const scratches = async () =>
      (await database.send("SELECT schema_name FROM information_schema.schemata")).rows
        .map((row) => String(row[0]))
        .filter(isScratchName);
    const seen = await database.run(
      (core) =>
        migrations.scratch?.(core, [undefined, "sqlmodel_no_such"], function* (schemas) {
          yield* core.executeRaw({ sql: "CREATE TABLE in_scratch (id int)" });
          const other = schemas.get("sqlmodel_no_such") ?? "";
          yield* core.executeRaw({ sql: `CREATE TABLE \`${other}\`.t (id int)` });
          const catalog = yield* migrations.inspect(core.driverConnection, { schemas: [other] });
          return { catalog, other, own: schemas.has(undefined) };
        }) ?? emptyWork(core),
    );
    expect(seen?.catalog.tables.map((table) => [table.schema, table.name])).toEqual([
      [undefined, "in_scratch"],
      [seen?.other, "t"],
    ]);
    expect(await here()).toBe(name);
    expect(await scratches()).not.toContain(seen?.other);
    const failing = database.run(
      (core) =>
        migrations.scratch?.(core, [undefined], function* () {
          yield* core.executeRaw({ sql: "CREATE TABLE broken (" });
          return null;
        }) ?? emptyWork(core),
    );
    await expect(failing).rejects.toThrow("refused");
    expect(await here()).toBe(name);
  });

  it("takes away what a run left behind that is over, and nothing else", async () => {
    const old = `sqlmodel_scratch_${Math.floor(Date.now() / 1000 - 7200).toString(36)}`;
    const names = [`${old}_aaaaaaaa_0`, `${old}_bbbbbbbb_0`, "sqlmodel_scratch_mine"];
    for (const name of names) await database.command(`CREATE DATABASE ${name}`);
    await second.send("SELECT GET_LOCK(?, 0)", [`${old}_bbbbbbbb`]);
    await database.run(
      (core) =>
        database.dialect.migrations.scratch?.(core, [undefined], function* () {
          return yield* emptyWork(core);
        }) ?? emptyWork(core),
    );
    const left = (await database.send("SELECT schema_name FROM information_schema.schemata")).rows.flat();
    expect(names.filter((name) => left.includes(name))).toEqual(names.slice(1));
    for (const name of names.slice(1)) await database.command(`DROP DATABASE ${name}`);
    await second.send("SELECT RELEASE_LOCK(?)", [`${old}_bbbbbbbb`]);
  });

  it("says what to grant to a user who may not create databases", async () => {
    const user = `sqlmodel_t_${String(process.pid)}`;
    const name = await here();
    await database.command(`CREATE USER ${user}@'127.0.0.1'`);
    await database.command(`GRANT ALL ON \`${name}\`.* TO ${user}@'127.0.0.1'`);
    const { createAsyncEngine } = await import("sqlmodel");
    const url = new URL(process.env["MYSQL_URL"] ?? "mysql://root@127.0.0.1:3306/");
    url.username = user;
    url.pathname = `/${name}`;
    const engine = createAsyncEngine(url.href);
    try {
      const connection = await engine.connect();
      const refused = connection.run(
        (core) => core.dialect.migrations.scratch?.(core, [undefined], () => emptyWork(core)) ?? emptyWork(core),
      );
      await expect(refused).rejects.toThrow("GRANT ALL PRIVILEGES ON `sqlmodel\\_scratch\\_%`.*");
      await connection.close();
    } finally {
      await engine.dispose();
      await database.command(`DROP USER ${user}@'127.0.0.1'`);
    }
  });

  it("gives the lock to one connection a database at a time", async () => {
    const { migrations } = database.dialect;
    await second.command(`USE \`${await here()}\``);
    const take = (on: TestDatabase) => on.run((core) => migrations.lock(core, "x".repeat(100), 50));
    expect(await take(database)).toBe(true);
    expect(await take(second)).toBe(false);
    await database.run((core) => migrations.unlock(core, "x".repeat(100)));
    expect(await take(second)).toBe(true);
    await second.run((core) => migrations.unlock(core, "x".repeat(100)));
  });

  it("bounds waits and statements", async () => {
    const { migrations } = database.dialect;
    const read = async () =>
      (
        await database.send("SELECT @@lock_wait_timeout, @@innodb_lock_wait_timeout, @@max_statement_time")
      ).rows[0]?.map(Number);
    await database.command("SET max_statement_time = 17");
    const usual = await read();
    for (const sql of migrations.timeouts({ lockTimeout: 1500, statementTimeout: 2500 })) await database.command(sql);
    expect(await read()).toEqual([2, 2, 2.5]);
    for (const sql of migrations.timeouts({ lockTimeout: undefined, statementTimeout: undefined }))
      await database.command(sql);
    expect(await read()).toEqual(usual);
    await database.command("SET max_statement_time = DEFAULT");
  });

  it("reads types back as those that make the same column", async () => {
    const texts = (
      "smallint(6) int(11) bigint(20) tinyint(1) float double decimal(10,2) decimal(65,30) varchar(20) char(3) char(36) longtext " +
      "varbinary(16) longblob date time time(3) time(6) datetime datetime(3) datetime(6) json enum('a','b''c','d\\\\e','f\\n')"
    )
      .split(" ")
      .concat("char(36) character set ascii collate ascii_bin");
    const { migrations } = database.dialect;
    const spelled = texts.map((text) => {
      const type = reflectType(text);
      expect([text, type.kind]).not.toEqual([text, "custom"]);
      return migrations.typeText(type);
    });
    await database.command(
      `CREATE TABLE types (${spelled.map((text, index) => `c${String(index)} ${text}`).join(", ")})`,
    );
    const catalog = await inspect();
    const table = catalog.tables.find(({ name }) => name === "types");
    expect(table?.columns.map(({ type }) => type)).toEqual(texts);
  });
});

function* emptyWork(core: ConnectionCore): Io<null> {
  yield* core.executeRaw({ sql: "DO 1" });
  return null;
}

describe("texts of a catalog", () => {
  it("spells every other type as it is", () => {
    const others = "int(5);int(10) unsigned;mediumtext;text;set('a','b');year(4);bit(3);uuid;point;timestamp".split(
      ";",
    );
    for (const text of others)
      expect(reflectType(text)).toMatchObject({ kind: "custom", name: text, ddl: { mysql: text } });
    expect(reflectType("int")).toEqual(reflectType("int(11)"));
    expect(enumLabels(`'a','b''c','d\\\\e','(,)',X'5c'`)).toEqual(["a", "b'c", "d\\e", "(,)", "\\"]);
  });

  it("writes MySQL's defaults so that they can be written again", () => {
    const text = (printed: string | null, type: string, extra = "") => defaultText(false, { printed, type, extra });
    expect(text(null, "int")).toBeUndefined();
    expect(text("0", "int")).toBe("0");
    expect(text("1.50", "decimal(10,2)")).toBe("1.50");
    expect(text("it's \\", "varchar(20)")).toBe("'it''s \\\\'");
    expect(text("NULL", "varchar(20)")).toBe("'NULL'");
    expect(text("b'101'", "bit(3)")).toBe("b'101'");
    expect(text("0x00FF", "varbinary(10)")).toBe("X'00FF'");
    expect(text("CURRENT_TIMESTAMP(6)", "datetime(6)", "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)")).toBe(
      "CURRENT_TIMESTAMP(6)",
    );
    expect(text("concat(_utf8mb4\\'a\\',uuid())", "varchar(60)", "DEFAULT_GENERATED")).toBe(
      "(concat(_utf8mb4'a',uuid()))",
    );
    expect(expressionText(false, "((`a` > 1) and (`b` = _utf8mb4\\'x)\\'))")).toBe(
      "(`a` > 1) and (`b` = _utf8mb4'x)')",
    );
    expect(expressionText(false, "(`a` > 1) and (`b` > 1)")).toBe("(`a` > 1) and (`b` > 1)");
  });

  it("takes the database out of a view's query, but no alias and no text", () => {
    expect(withoutDatabase("select `d`.`t`.`id` AS `d`,'`d`.`t`' AS `x` from `d`.`t`", "d")).toBe(
      "select `t`.`id` AS `d`,'`d`.`t`' AS `x` from `t`",
    );
    expect(
      withoutDatabase("select `d`.`id` AS `id` from (`d`.`t` `d` join `d`.`u` on(`d`.`u`.`id` = `d`.`id`))", "d"),
    ).toBe("select `d`.`id` AS `id` from (`t` `d` join `u` on(`u`.`id` = `d`.`id`))");
    expect(withoutDatabase("select `e`.`t`.`d`.`x`,`d`.`fn`(1) AS `y`", "d")).toBe(
      "select `e`.`t`.`d`.`x`,`fn`(1) AS `y`",
    );
  });

  it("names a definer who is somebody else", () => {
    expect(definerText("a@%", "a@%")).toBe("");
    expect(definerText("a@b@%", "root@%")).toBe("DEFINER=`a@b`@`%` ");
    expect(definerText("role", "root@%")).toBe("DEFINER=`role` ");
  });

  it("bounds SELECT only on MySQL", () => {
    expect(timeouts(false, { lockTimeout: 100, statementTimeout: 250 })).toEqual([
      "SET @sqlmodel_lock_wait_timeout = CAST(COALESCE(@sqlmodel_lock_wait_timeout, @@session.lock_wait_timeout) AS SIGNED)",
      "SET lock_wait_timeout = 1",
      "SET @sqlmodel_innodb_lock_wait_timeout = CAST(COALESCE(@sqlmodel_innodb_lock_wait_timeout, @@session.innodb_lock_wait_timeout) AS SIGNED)",
      "SET innodb_lock_wait_timeout = 1",
      "SET @sqlmodel_max_execution_time = CAST(COALESCE(@sqlmodel_max_execution_time, @@session.max_execution_time) AS SIGNED)",
      "SET max_execution_time = 250",
    ]);
  });
});
