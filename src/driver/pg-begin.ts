/** Sends a prepared BEGIN together with the statement after it: one round trip less for each transaction. Used by `pg.ts`. */
import type { DriverValue } from "../io/driver.ts";

/** What pg's connection offers to classes of queries such as pg-cursor. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  bind(config: { readonly statement: string }): void;
  execute(config: object): void;
}

interface PgQuery {
  submit(wire: Wire): unknown;
}

/** One statement's result as pg gives it. */
export interface PgResult {
  readonly rows: DriverValue[][];
  readonly fields: readonly { readonly name: string }[];
  readonly rowCount: number | null;
  readonly command: string;
}

/** pg's class of queries: with more than one statement, its callback gets a result of each. */
type PgQueryClass = new (
  config: object,
  callback: (error: Error | null | undefined, results?: readonly PgResult[]) => void,
) => PgQuery;

/**
 * Run the statement named `begin`, which the server has prepared, and then `config`'s, and resolve with the result of the
 * latter. Where the first fails the server skips the second.
 */
export function queryAfterBegin(client: object, queryClass: unknown, begin: string, config: object): Promise<PgResult> {
  return new Promise((resolve, reject) => {
    const query = new (queryClass as PgQueryClass)(config, (error, results) => {
      const last = results?.at(-1);
      if (last !== undefined) resolve(last);
      else reject(error ?? new Error("pg returned no result."));
    });
    const submit = query.submit.bind(query);
    query.submit = (wire) => {
      wire.stream.cork();
      try {
        wire.bind({ statement: begin });
        wire.execute({});
        return submit(wire);
      } finally {
        wire.stream.uncork();
      }
    };
    (client as { query(query: PgQuery): void }).query(query);
  });
}
