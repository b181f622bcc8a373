/** Reads the certificates that `TlsOptions` names. */
import type { TlsOptions } from "./server-options.ts";

/** Certificates as Node's TLS takes them. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** The contents of the files. */
export async function tlsFiles(tls: TlsOptions, read: (path: string) => Promise<Buffer>): Promise<TlsFiles> {
  const { rootCertificate, certificate, key } = tls;
  return {
    ...(rootCertificate === undefined ? {} : { ca: await read(rootCertificate) }),
    ...(certificate === undefined ? {} : { cert: await read(certificate) }),
    ...(key === undefined ? {} : { key: await read(key) }),
  };
}
