/** Asks a PostgreSQL server, or the pooler before it, to stop what a connection runs. Used by `pg.ts`. */

/** What pg's connection to the server is to its client. */
interface Wire {
  on(event: "connect" | "sslconnect", listener: () => void): void;
  once(event: "end" | "error", listener: (error?: Error) => void): void;
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(process: number, secret: number): void;
  readonly stream: { destroy(): void; setTimeout(milliseconds: number, listener: () => void): void };
}

export interface Cancellable {
  readonly host: string;
  readonly port: number;
  readonly ssl: unknown;
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/**
 * The protocol's own request, on a connection of its own and encrypted like the other: poolers know it, where
 * pg_cancel_backend would stop somebody else's statement. Resolves once the server has closed that connection, which it does
 * after it has told the process.
 */
export function cancelRunning(client: Cancellable, wireClass: unknown, timeout: number): Promise<void> {
  const { host, port, ssl, processID, secretKey } = client;
  if (processID === null || secretKey === null) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const wire = new (wireClass as new (config: object) => Wire)({ ssl });
    const send = (): void => wire.cancel(processID, secretKey);
    wire.on("connect", () => (ssl === false || ssl === undefined ? send() : wire.requestSsl()));
    wire.on("sslconnect", send);
    wire.once("end", () => resolve());
    wire.once("error", (error) => reject(error ?? new Error("The request to stop a statement could not be sent.")));
    wire.stream.setTimeout(timeout, () => {
      wire.stream.destroy();
      reject(new Error("The request to stop a statement was not taken in time."));
    });
    if (host.startsWith("/")) wire.connect(`${host}/.s.PGSQL.${String(port)}`);
    else wire.connect(port, host);
  });
}
