/** Sequences on every database: in models, in statements, in revisions; counters that go on when a sequence changes. */
import {
  CompileError,
  DestructiveOperationError,
  field,
  insert,
  MetaData,
  nextValue,
  primaryKey,
  select,
  Sequence,
  sql,
  tableFor,
  type AsyncConnection,
  type AsyncEngine,
  type SequenceOptions,
  type SqlTemplate,
} from "sqlmodel";
import { Operations, reflect } from "sqlmodel/migration";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { postgresqlDialect } from "../../../src/dialect/postgresql/dialect.ts";
import { reverseOperations } from "../../../src/metadata/reverse-operation.ts";
import { autogenerate } from "../../../src/migration/autogenerate.ts";
import { renderRevision } from "../../../src/migration/render/render-revision.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { evaluateRevision } from "../../support/revision-text.ts";
import { revision, up } from "../../support/revisions.ts";
import { testEngines } from "../../support/test-engines.ts";

function models(options: SequenceOptions | undefined) {
  const metadata = new MetaData();
  if (options === undefined) {
    class Order extends tableFor(metadata)("order", {
      id: primaryKey(),
      number: field(z.int(), { serverDefault: 0 }),
    }) {}
    return { metadata, Order, sequence: undefined };
  }
  const sequence = new Sequence("order number", options);
  class Order extends tableFor(metadata)("order", {
    id: primaryKey(),
    number: field(z.int(), { serverDefault: nextValue(sequence) }),
  }) {}
  return { metadata, Order, sequence };
}

async function numbers(
  connection: AsyncConnection,
  statement: Parameters<AsyncConnection["execute"]>[0],
): Promise<unknown[]> {
  const rows = (await connection.execute(statement)).all();
  return rows.flatMap((row): unknown[] => Object.values(row));
}

async function revise(
  engine: AsyncEngine,
  metadata: MetaData,
  consent: readonly string[] = [],
  renames: readonly string[] = [],
): Promise<string[]> {
  const { operations } = await autogenerate(engine, { metadata, renames });
  const bodies = { upgrade: operations, downgrade: reverseOperations(operations) };
  const about = { id: "r", downRevisions: [], message: "r", createdAt: new Date(0) };
  const text = renderRevision(about, bodies, { dialect: engine.dialect.migrations });
  const code = evaluateRevision(text) as { upgrade: (op: Operations) => void; downgrade: (op: Operations) => void };
  const id = `r${String(Math.random())}`;
  const made = revision(id, code.upgrade, { downgrade: code.downgrade });
  const down = [{ revision: made, direction: "downgrade" as const }];
  await runStepsAsync(engine, up(made), { refuseDestructive: true, consent });
  await runStepsAsync(engine, down, { refuseDestructive: false });
  await runStepsAsync(engine, up(made), { refuseDestructive: true, consent });
  const again = await autogenerate(engine, { metadata });
  expect([...again.operations, ...again.questions]).toEqual([]);
  return operations.map(({ kind }) => kind);
}

describe.each(testEngines)("$name", (target) => {
  const opened = async (work: (engine: AsyncEngine) => Promise<void>): Promise<void> => {
    const { engine, remove } = await target.open();
    try {
      await work(engine);
    } finally {
      await remove();
    }
  };
  const has = (engine: AsyncEngine): boolean => engine.dialect.capabilities.sequences;

  test("models draw their defaults, statements their values", () =>
    opened(async (engine) => {
      const { metadata, Order, sequence } = models({ start: 100, increment: 10, cache: 1 });
      if (!has(engine)) {
        await expect(metadata.createAll(engine)).rejects.toThrow(CompileError);
        return;
      }
      await metadata.createAll(engine);
      // Those that exist are left alone.
      await metadata.createAll(engine);
      const connection = await engine.connect();
      await connection.execute(insert(Order).values({}));
      await connection.execute(insert(Order).values({}));
      await connection.execute(insert(Order).values({ number: nextValue(sequence!) }));
      expect(await numbers(connection, select(Order.c.number).orderBy(Order.c.id))).toEqual([100, 110, 120]);
      expect(await numbers(connection, select(nextValue(sequence!)))).toEqual([130]);
      await connection.close();
      await metadata.dropAll(engine);
      const { sequences, tables } = await engine.run((core) =>
        core.dialect.migrations.inspect(core.driverConnection, {}),
      );
      expect([sequences, tables]).toEqual([[], []]);
    }));

  test("autogenerate creates, changes and drops them; the counter goes on", () =>
    opened(async (engine) => {
      if (!has(engine)) return;
      const next = async ({ sequence }: ReturnType<typeof models>): Promise<number> => {
        await using connection = await engine.connect();
        const [number] = await numbers(connection, select(nextValue(sequence!)));
        return Number(number);
      };
      await models(undefined).metadata.createAll(engine);
      const first = models({ cache: 1 });
      expect(await revise(engine, first.metadata)).toEqual(["createSequence", "alterColumn"]);
      const drawn = [await next(first), await next(first)];
      expect(drawn).toEqual([1, 2]);
      const wider = models({ cache: 1, increment: 2 });
      expect(await revise(engine, wider.metadata)).toEqual(["alterSequence"]);
      expect(await next(wider)).toBeGreaterThan(2);
      const later = models({ cache: 1, minValue: 1000, maxValue: 2000 });
      expect(await revise(engine, later.metadata)).toEqual(["alterSequence"]);
      expect(await next(later)).toBeGreaterThanOrEqual(1000);
      const down = models({ cache: 1, increment: -1, minValue: -50, maxValue: -5 });
      expect(await revise(engine, down.metadata)).toEqual(["alterSequence"]);
      expect(await next(down)).toBeLessThanOrEqual(-5);
      await expect(revise(engine, models(undefined).metadata)).rejects.toThrow(DestructiveOperationError);
      expect(await revise(engine, models(undefined).metadata, ["order number"])).toEqual([
        "alterColumn",
        "dropSequence",
      ]);
    }));

  test.each([
    ["upwards", { maxValue: 10 }, { maxValue: 2 }, { maxValue: 5 }],
    [
      "downwards",
      { increment: -1, minValue: -10, maxValue: -1 },
      { increment: -1, minValue: -2, maxValue: -1 },
      { increment: -1, minValue: -5, maxValue: -1 },
    ],
  ] as const)("a counter is not left outside of its bounds: %s", (_, before, tooNarrow, narrower) =>
    opened(async (engine) => {
      if (!has(engine)) return;
      const first = models({ cache: 1, ...before });
      await first.metadata.createAll(engine);
      const draw = async ({ sequence }: ReturnType<typeof models>): Promise<number> => {
        await using connection = await engine.connect();
        return Number((await numbers(connection, select(nextValue(sequence!))))[0]);
      };
      for (let count = 0; count < 3; count += 1) await draw(first);
      await expect(revise(engine, models({ cache: 1, ...tooNarrow }).metadata)).rejects.toThrow(
        /'order number' has counted further than its new bounds reach/,
      );
      const later = models({ cache: 1, ...narrower });
      expect(await revise(engine, later.metadata)).toEqual(["alterSequence"]);
      expect(Math.abs(await draw(later))).toBe(4);
    }),
  );

  test("one under another name is asked about; its counter goes on, and its column draws from it", () =>
    opened(async (engine) => {
      if (!has(engine)) return;
      const named = (name: string, options: SequenceOptions = {}) => {
        const metadata = new MetaData();
        const sequence = new Sequence(name, { cache: 1, ...options });
        class Order extends tableFor(metadata)("order", {
          id: primaryKey(),
          number: field(z.int(), { serverDefault: nextValue(sequence) }),
        }) {}
        return { metadata, Order };
      };
      const [before, after] = [named("order number"), named('invoice\'s "no"', { maxValue: 1_000_000 })];
      await before.metadata.createAll(engine);
      const add = async ({ Order }: typeof before): Promise<void> => {
        await using connection = await engine.connect();
        await connection.execute(insert(Order).values({}));
      };
      await add(before);
      const asked = await autogenerate(engine, { metadata: after.metadata });
      const token = `order number:invoice's "no"`;
      expect([asked.operations, asked.questions]).toMatchObject([[], [{ kind: "sequence", token }]]);
      expect(await revise(engine, after.metadata, [], [token])).toEqual(["renameSequence", "alterSequence"]);
      await add(after);
      await using connection = await engine.connect();
      const drawn = await numbers(connection, select(after.Order.c.number).orderBy(after.Order.c.id));
      expect(drawn[0]).toBe(1);
      expect(Number(drawn[1])).toBeGreaterThan(1);
      expect(drawn).toHaveLength(2);
    }));

  test("what is reflected has them, and its columns draw from them", () =>
    opened(async (engine) => {
      if (!has(engine)) return;
      const { metadata } = models({ start: 7, increment: 7, maxValue: 70, cache: 2, cycle: true });
      const alone = new Sequence("alone", { increment: -1, metadata });
      await metadata.createAll(engine);
      const reflected = await reflect(engine);
      const increments = new Map(reflected.sequences.map(({ name, increment }) => [name, increment]));
      expect(increments).toEqual(
        new Map([
          [alone.name, -1n],
          ["order number", 7n],
        ]),
      );
      const again = await autogenerate(engine, { metadata: reflected });
      expect([...again.operations, ...again.questions]).toEqual([]);
      await metadata.dropAll(engine);
      await reflected.createAll(engine);
      expect((await autogenerate(engine, { metadata })).operations).toEqual([]);
    }));

  test("sequences of columns, and those that a default of the program's own names, are left alone", () =>
    opened(async (engine) => {
      if (!has(engine)) return;
      const { metadata } = models(undefined);
      await metadata.createAll(engine);
      const run = async (statement: SqlTemplate<unknown>): Promise<void> => {
        await using connection = await engine.connect();
        await connection.execute(statement);
      };
      await run(sql`CREATE SEQUENCE own`);
      expect((await autogenerate(engine, { metadata })).operations.map(({ kind }) => kind)).toEqual(["dropSequence"]);
      const left = await autogenerate(engine, { metadata, includeObject: ({ type }) => type !== "sequence" });
      expect(left.operations).toEqual([]);
      if (target.name === "mysql") return;
      await run(sql`ALTER SEQUENCE own OWNED BY "order".number`);
      expect((await autogenerate(engine, { metadata })).operations).toEqual([]);
    }));
});

test("operations by hand reverse where they say what was there", () => {
  const op = new Operations(postgresqlDialect());
  op.createSequence("a", { increment: -1 });
  op.alterSequence("b", { comment: null, cycle: true, existing: { comment: "c" } });
  op.dropSequence("c", { existing: { type: "integer", start: 5 } });
  expect(reverseOperations(op.recorded)).toMatchObject([
    { kind: "createSequence", sequence: { name: "c", start: "5", maxValue: "2147483647" } },
    { kind: "alterSequence", changes: { comment: "c", cycle: false }, existing: { cycle: true } },
    { kind: "dropSequence", existing: { start: "-1", maxValue: "-1", minValue: "-9223372036854775808" } },
  ]);
});
