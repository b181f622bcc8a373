/** Asks a question, and counts what it costs. */
import { AsyncSession, type AsyncEngine } from "sqlmodel";

export interface Answer<T> {
  readonly value: T;
  /** Statements that were sent, without those that begin and end a transaction. */
  readonly queries: number;
  readonly milliseconds: number;
}

/** Ask a question in a session of its own. */
export async function ask<T>(engine: AsyncEngine, question: (session: AsyncSession) => Promise<T>): Promise<Answer<T>> {
  let queries = 0;
  const stop = engine.onExecute(({ sql }) => {
    if (!/^(BEGIN|START|COMMIT|ROLLBACK|SET)\b/i.test(sql)) queries += 1;
  });
  const started = performance.now();
  try {
    await using session = new AsyncSession(engine);
    return { value: await question(session), queries, milliseconds: performance.now() - started };
  } finally {
    stop();
  }
}
