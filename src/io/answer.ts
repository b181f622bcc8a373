/** Carries out one request; called by both runners. */
import { InternalError } from "../util/coded-error.ts";
import { executeUntil } from "./execute-until.ts";
import type { DriverConnection, DriverCursor, Query } from "./driver.ts";
import type { DriverAnswer, DriverRequest } from "./io.ts";

function openCursor(connection: DriverConnection, query: Query): DriverCursor | Promise<DriverCursor> {
  const cursor = connection.openCursor?.(query);
  if (cursor === undefined) throw new InternalError("This driver has no cursors.");
  return cursor;
}

/** The request's answer, or a promise of it where the driver is asynchronous. */
export function answer(request: DriverRequest): DriverAnswer | Promise<DriverAnswer> {
  switch (request.kind) {
    case "execute":
      return request.signal === undefined || request.connection.cancel === undefined
        ? request.connection.execute(request.query)
        : executeUntil(request.connection, () => request.connection.execute(request.query), request.signal);
    case "executeEach":
      return request.connection.executeEach?.(request.query, request.rows, request.rowCount);
    case "openCursor":
      return request.signal === undefined || request.connection.cancel === undefined
        ? openCursor(request.connection, request.query)
        : executeUntil(request.connection, () => openCursor(request.connection, request.query), request.signal);
    case "readCursor":
      return request.signal === undefined || request.connection.cancel === undefined
        ? request.cursor.read(request.count)
        : executeUntil(request.connection, () => request.cursor.read(request.count), request.signal);
    case "closeCursor":
      return request.cursor.close() as undefined | Promise<undefined>;
    case "acquire":
      return request.source.acquire(request.signal);
    case "release":
      return request.source.release(request.connection, request.broken) as undefined | Promise<undefined>;
    case "call":
      return request.run() as undefined | Promise<undefined>;
    default:
      throw new InternalError(`Unknown request ${JSON.stringify(request satisfies never)}.`);
  }
}
