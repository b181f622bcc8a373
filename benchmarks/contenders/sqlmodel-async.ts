/** sqlmodel on PostgreSQL: an asynchronous session for each operation, as a program has one for each request. */
import { AsyncSession, createAsyncEngine, select } from "sqlmodel";
import type { Contender, ContenderOptions } from "../contender.ts";
import { changeOf, insertedItems, keyOfTurn, newItem, type NewItem } from "../data.ts";
import { Author, Entry, Item, plainAuthor, plainDeepAuthor, plainEntity, Stock } from "./models.ts";

interface LoadedStock {
  readonly session: AsyncSession;
  readonly items: readonly Stock[];
}

export function open({ address, onStatement }: ContenderOptions): Contender {
  const engine = createAsyncEngine(address);
  if (onStatement !== undefined) engine.onExecute(({ sql }) => onStatement(sql));

  const inSession = async <T>(work: (session: AsyncSession) => Promise<T>): Promise<T> => {
    const session = new AsyncSession(engine);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  };
  const insertAll = (items: readonly NewItem[]): Promise<number[]> =>
    inSession(async (session) => {
      const entries = items.map((item) => new Entry(item));
      session.addAll(entries);
      await session.commit();
      return entries.map(({ id }) => id);
    });
  const readNested2 = () =>
    inSession(async (session) => (await session.exec(select(Author).include({ posts: true }))).all());
  const readNested3 = () =>
    inSession(async (session) => (await session.exec(select(Author).include({ posts: { comments: true } }))).all());

  return {
    workloads: {
      point_read: {
        run: (turn) => inSession((session) => session.get(Item, keyOfTurn(turn))),
        plain: (item) => plainEntity(item as Item),
      },
      list_10k: {
        run: () => inSession(async (session) => (await session.exec(select(Item))).all()),
        plain: (items) => (items as Item[]).map(plainEntity),
      },
      nested_2: {
        run: readNested2,
        plain: (found) => (found as Awaited<ReturnType<typeof readNested2>>).map(plainAuthor),
      },
      nested_3: {
        run: readNested3,
        plain: (found) => (found as Awaited<ReturnType<typeof readNested3>>).map(plainDeepAuthor),
      },
      insert_1: { run: (turn) => insertAll([newItem(turn)]) },
      insert_10k: { run: () => insertAll(insertedItems) },
      update_1000: {
        prepare: async (): Promise<LoadedStock> => {
          const session = new AsyncSession(engine);
          return { session, items: (await session.exec(select(Stock))).all() };
        },
        run: async (turn, prepared) => {
          const { session, items } = prepared as LoadedStock;
          for (const item of items) Object.assign(item, changeOf(item.id, turn));
          await session.commit();
          await session.close();
        },
      },
    },
    close: () => engine.dispose(),
  };
}
