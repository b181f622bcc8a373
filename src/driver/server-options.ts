/** What the drivers of database servers are told alike. */

/** TLS of a connection; certificates are paths of PEM files. */
export interface TlsOptions {
  /** "full": the certificate must be valid and name the host; "chain": be valid; "none": anything encrypted will do. */
  readonly verify: "full" | "chain" | "none";
  readonly rootCertificate?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface ServerDriverOptions {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Path of a Unix socket (MySQL) or of its directory (PostgreSQL); instead of host and port. */
  readonly socket: string | undefined;
  readonly database: string | undefined;
  /** Undefined: the connection is not encrypted. */
  readonly tls: TlsOptions | undefined;
  /** How long to wait for a new connection, in milliseconds. */
  readonly connectTimeout: number;
  /** How many prepared statements a connection keeps. */
  readonly maxPreparedStatements: number;
  /** Options passed to the package as they are. */
  readonly connectArgs: Readonly<Record<string, unknown>>;
}
