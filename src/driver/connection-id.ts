/** Process-wide numbers of connections, for logs and errors. */

let lastConnectionId = 0;

/** A number for a new connection. */
export function nextConnectionId(): number {
  lastConnectionId += 1;
  return lastConnectionId;
}
