/** sqlmodel on SQLite: a synchronous session for each operation, as a program has one for each request. */
import { createEngine, select, Session } from "sqlmodel";
import type { Contender, ContenderOptions } from "../contender.ts";
import { changeOf, insertedItems, keyOfTurn, newItem, type NewItem } from "../data.ts";
import { Author, Entry, Item, plainAuthor, plainDeepAuthor, plainEntity, Stock } from "./models.ts";

interface LoadedStock {
  readonly session: Session;
  readonly items: readonly Stock[];
}

export function open({ address, onStatement }: ContenderOptions): Contender {
  const engine = createEngine(`sqlite:${address}`, { driver: "better-sqlite3" });
  if (onStatement !== undefined) engine.onExecute(({ sql }) => onStatement(sql));

  const inSession = <T>(work: (session: Session) => T): T => {
    const session = new Session(engine);
    try {
      return work(session);
    } finally {
      session.close();
    }
  };
  const insertAll = (items: readonly NewItem[]): number[] =>
    inSession((session) => {
      const entries = items.map((item) => new Entry(item));
      session.addAll(entries);
      session.commit();
      return entries.map(({ id }) => id);
    });
  const readNested2 = () => inSession((session) => session.exec(select(Author).include({ posts: true })).all());
  const readNested3 = () =>
    inSession((session) => session.exec(select(Author).include({ posts: { comments: true } })).all());

  return {
    workloads: {
      point_read: {
        run: (turn) => inSession((session) => session.get(Item, keyOfTurn(turn))),
        plain: (item) => plainEntity(item as Item),
      },
      list_10k: {
        run: () => inSession((session) => session.exec(select(Item)).all()),
        plain: (items) => (items as Item[]).map(plainEntity),
      },
      nested_2: { run: readNested2, plain: (found) => (found as ReturnType<typeof readNested2>).map(plainAuthor) },
      nested_3: { run: readNested3, plain: (found) => (found as ReturnType<typeof readNested3>).map(plainDeepAuthor) },
      insert_1: { run: (turn) => insertAll([newItem(turn)]) },
      insert_10k: { run: () => insertAll(insertedItems) },
      update_1000: {
        prepare: (): LoadedStock => {
          const session = new Session(engine);
          return { session, items: session.exec(select(Stock)).all() };
        },
        run: (turn, prepared) => {
          const { session, items } = prepared as LoadedStock;
          for (const item of items) Object.assign(item, changeOf(item.id, turn));
          session.commit();
          session.close();
        },
      },
    },
    close: () => engine.dispose(),
  };
}
