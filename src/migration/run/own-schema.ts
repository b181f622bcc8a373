/** Operations that name the connection's own schema mean what those without a name mean: catalogs leave it out. */
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import type { Recording } from "./options.ts";
import { schemasOf } from "./segments.ts";

/** `recordings` without the name of the connection's own schema; themselves where none says it. Asks only where one may. */
export function* withoutOwnSchema(
  connection: ConnectionCore,
  recordings: readonly Recording[],
): Io<readonly Recording[]> {
  const named = new Set(recordings.flatMap(({ operations }) => schemasOf(operations)));
  if (named.size === 0) return recordings;
  const { rows } = yield* connection.executeRaw({ sql: connection.dialect.migrations.ownSchema, returnsRows: true });
  const own = rows[0]?.[0]?.toString();
  if (own === undefined || !named.has(own)) return recordings;
  return recordings.map((recording) => ({
    ...recording,
    operations: recording.operations.map((operation) => withoutSchema(operation, own) as typeof operation),
  }));
}

function withoutSchema(value: unknown, own: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSchema(item, own));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]: [string, unknown]) => [
      key,
      key === "schema" && part === own ? undefined : withoutSchema(part, own),
    ]),
  );
}
