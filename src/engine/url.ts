/**
 * Reads database URLs. Used by `create-engine.ts`.
 * No message quotes what stands where a password may be: a slash in a password moves it into the port or the name.
 */
import { didYouMean } from "../util/closest-name.ts";
import { InvalidUrlError } from "./errors.ts";

/** An embedded database. */
export interface FileUrl {
  readonly kind: "sqlite" | "pglite";
  /** A file or directory; undefined for a database in memory. */
  readonly path: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A database server. */
export interface ServerUrl {
  readonly kind: "postgresql" | "mysql";
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Undefined where the URL names a socket, or nothing. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** An absolute path, from the parameter `host` or `socket` or from the place of the host. */
  readonly socket: string | undefined;
  readonly database: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
}

export type DatabaseUrl = FileUrl | ServerUrl;

const kinds: Readonly<Record<string, DatabaseUrl["kind"]>> = {
  sqlite: "sqlite",
  pglite: "pglite",
  postgresql: "postgresql",
  postgres: "postgresql",
  mysql: "mysql",
  mariadb: "mysql",
};

const tlsParameters = ["sslmode", "sslrootcert", "sslcert", "sslkey"];
const knownParameters: Readonly<Record<DatabaseUrl["kind"], readonly string[]>> = {
  sqlite: ["mode"],
  pglite: [],
  postgresql: [...tlsParameters, "connect_timeout", "host", "application_name", "options", "channel_binding", "pooler"],
  mysql: [...tlsParameters, "connect_timeout", "host", "socket"],
};

/** Parameters of other tools, and what they are here. */
const otherNames: Readonly<Record<string, string>> = {
  ssl: "sslmode=require",
  "ssl-mode": "sslmode=require",
  pgbouncer: "pooler=transaction",
  schema: "options=-c%20search_path%3D…",
  connection_limit: "the engine option poolSize",
  pool_timeout: "the engine option poolTimeout",
  charset: "nothing: text is always utf8mb4",
};

/** Read `text`. @throws InvalidUrlError naming the part that is wrong, never its contents. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1];
  if (scheme === undefined) {
    throw new InvalidUrlError(
      "it does not begin with a scheme. Write sqlite:heroes.db for a file, or postgresql://user@host/database.",
    );
  }
  const kind = Object.hasOwn(kinds, scheme.toLowerCase()) ? kinds[scheme.toLowerCase()] : undefined;
  if (kind === undefined) throw unknownScheme(scheme);
  const rest = text.slice(scheme.length + 1);
  return kind === "sqlite" || kind === "pglite" ? parseFile(kind, rest) : parseServer(kind, rest);
}

/** A URL for another database of the same kind that starts empty. */
export interface ScratchUrl {
  readonly url: string;
  /** True: the server must create it first, and drop it afterwards. */
  readonly mustBeCreated: boolean;
}

/** The URL of a scratch database beside that of `text`. @param name - Letters, digits and "_". @throws InvalidUrlError */
export function scratchUrl(text: string, name: string): ScratchUrl {
  const parsed = parseDatabaseUrl(text);
  if ("path" in parsed) return { url: `${parsed.kind}::memory:`, mustBeCreated: false };
  const [address, query] = splitOnce(text, "?");
  const server =
    parsed.database === undefined ? address.replace(/\/$/, "") : address.slice(0, address.lastIndexOf("/"));
  return { url: `${server}/${name}${query === undefined ? "" : `?${query}`}`, mustBeCreated: true };
}

function unknownScheme(scheme: string): InvalidUrlError {
  const [name = "", driver] = scheme.split("+");
  if (driver !== undefined && Object.hasOwn(kinds, name)) {
    return new InvalidUrlError(
      `its scheme '${scheme}' names a driver. Write ${name}: alone; a driver is chosen by the engine option driver.`,
    );
  }
  return new InvalidUrlError(
    `its scheme '${scheme}' is not known.${didYouMean(scheme, Object.keys(kinds))} Known are ${Object.keys(kinds).join(", ")}.`,
  );
}

function parseFile(kind: FileUrl["kind"], rest: string): FileUrl {
  const [path, query] = splitOnce(rest, "?");
  const parameters = parseParameters(kind, query);
  if (path === ":memory:" || (path === "" && kind === "pglite")) return { kind, path: undefined, parameters };
  if (path === "" || path === "//")
    throw new InvalidUrlError(
      `it names no file. Write ${kind}:heroes.db, or ${kind}::memory: for a database in memory.`,
    );
  if (path.startsWith("//") && !path.startsWith("///")) {
    throw new InvalidUrlError(
      `${kind} has no host. Write ${kind}:heroes.db for a file in the current directory, or ${kind}:///absolute/path.`,
    );
  }
  return { kind, path: decode(path.replace(/^\/{3,}/, "/"), "path"), parameters };
}

function parseServer(kind: ServerUrl["kind"], rest: string): ServerUrl {
  if (!rest.startsWith("//"))
    throw new InvalidUrlError(`after its scheme comes //, as in ${kind}://user@host/database.`);
  if (rest.includes("#")) throw new InvalidUrlError("it contains a #. In a password, write it as %23.");
  const [address, query] = splitOnce(rest.slice(2), "?");
  const [authority, path] = splitOnce(address, "/");
  const at = authority.lastIndexOf("@");
  const [user, password] = splitOnce(authority.slice(0, Math.max(at, 0)), ":");
  const { host, port } = parseHost(authority.slice(at + 1));
  if (path !== undefined && /[/@]/.test(path)) {
    throw new InvalidUrlError(
      "there is a slash or an @ after the slash that ends its host. In a name or password they are written as %2F and %40.",
    );
  }
  const parameters = parseParameters(kind, query);
  return {
    kind,
    user: user === "" ? undefined : decode(user, "user"),
    password: password === undefined ? undefined : decode(password, "password"),
    ...addressOf(host, parameters),
    port,
    database: path === undefined || path === "" ? undefined : decode(path, "database name"),
    parameters,
  };
}

function parseHost(text: string): { host: string | undefined; port: number | undefined } {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s]*))(?::(\d*))?$/.exec(text);
  if (match === null) {
    throw new InvalidUrlError(
      "its host and port cannot be read. A port is a number, an IPv6 address stands in [brackets], and @ : / ? # % in a password are percent-encoded.",
    );
  }
  const [, address, name = "", port] = match;
  if (name.includes(","))
    throw new InvalidUrlError(
      "it names several hosts. One engine connects to one host; replicas have URLs of their own.",
    );
  const host = address ?? (name === "" ? undefined : decode(name, "host"));
  if (port === undefined || port === "") return { host, port: undefined };
  const number = Number(port);
  if (number < 1 || number > 65_535) throw new InvalidUrlError("its port is not a number from 1 to 65535.");
  return { host, port: number };
}

/** A socket may stand in the place of the host or in a parameter, but a parameter never overrides a host. */
function addressOf(
  host: string | undefined,
  parameters: ReadonlyMap<string, string>,
): { host: string | undefined; socket: string | undefined } {
  const parameter = parameters.has("host") ? "host" : "socket";
  const given = parameters.get(parameter);
  if (given !== undefined) {
    if (host !== undefined || (parameter === "host" && parameters.has("socket")))
      throw new InvalidUrlError("it names a host twice.");
    if (!given.startsWith("/"))
      throw new InvalidUrlError(
        `its parameter ${parameter} takes the absolute path of a socket. A host stands after the //.`,
      );
    return { host: undefined, socket: given };
  }
  return host?.startsWith("/") === true ? { host: undefined, socket: host } : { host, socket: undefined };
}

function parseParameters(kind: DatabaseUrl["kind"], query: string | undefined): Map<string, string> {
  const parameters = new Map<string, string>();
  if (query === undefined || query === "") return parameters;
  const known = knownParameters[kind];
  for (const part of query.split("&")) {
    const [rawName, rawValue] = splitOnce(part, "=");
    const name = decode(rawName, "parameters");
    if (!known.includes(name)) throw unknownParameter(name, kind, known);
    if (rawValue === undefined || rawValue === "") throw new InvalidUrlError(`its parameter ${name} has no value.`);
    if (parameters.has(name)) throw new InvalidUrlError(`its parameter ${name} is given twice.`);
    parameters.set(name, decode(rawValue, `parameter ${name}`));
  }
  return parameters;
}

function unknownParameter(name: string, kind: string, known: readonly string[]): InvalidUrlError {
  // A question mark in a password makes a "parameter" of its rest.
  if (!/^[a-z_-]{1,32}$/i.test(name) || !Object.hasOwn(otherNames, name)) {
    const near = didYouMean(name, known);
    const list = known.length === 0 ? "none" : known.join(", ");
    return new InvalidUrlError(
      `it has a parameter that ${kind} does not know.${near} Known are: ${list}. A ? in a password is written as %3F.`,
    );
  }
  return new InvalidUrlError(`its parameter ${name} is not known here. Use ${otherNames[name] ?? ""}.`);
}

function decode(text: string, part: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new InvalidUrlError(`the percent-encoding of its ${part} is broken. A % itself is written as %25.`);
  }
  if (decoded.includes("\0")) throw new InvalidUrlError(`its ${part} contains NUL.`);
  return decoded;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
