/** Errors that Node and the drivers raise where the network, not a database, has something to say. */

const codes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);

/** True for an error of the socket below a connection. */
export function isNetworkError(error: Error): boolean {
  if (error instanceof AggregateError)
    return (error.errors as unknown[]).some((one) => one instanceof Error && isNetworkError(one));
  return "code" in error && typeof error.code === "string" && codes.has(error.code);
}

/** For ConnectionError in the middle of a conversation. */
export function lostText(message: string): string {
  return `The connection to the database was lost: ${message.trim().replace(/\.$/, "")}.`;
}

/** For ReadOnlyError of a server. */
export const readOnlyHint =
  "If the server has become a standby, the connection is not used again, and the next one finds the new primary where the URL leads there.";
