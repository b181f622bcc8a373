/** Options of Node's TLS, as both database drivers pass them on. */
import { readFile } from "node:fs/promises";
import type { TlsOptions } from "./server-options.ts";

export interface TlsSettings {
  readonly rejectUnauthorized: boolean;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Read the files that `tls` names. */
export async function tlsSettings(tls: TlsOptions): Promise<TlsSettings> {
  const { rootCertificate, certificate, key } = tls;
  return {
    rejectUnauthorized: tls.verify !== "none",
    ...(rootCertificate === undefined ? {} : { ca: await readFile(rootCertificate) }),
    ...(certificate === undefined ? {} : { cert: await readFile(certificate) }),
    ...(key === undefined ? {} : { key: await readFile(key) }),
  };
}
