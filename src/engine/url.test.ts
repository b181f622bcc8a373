/** Database URLs: what they mean, what is refused, and that no refusal quotes a password. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidUrlError } from "./errors.ts";
import { parseDatabaseUrl, type ServerUrl } from "./url.ts";

const plain = (text: string) => {
  const { parameters, ...rest } = parseDatabaseUrl(text);
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    ...Object.fromEntries(parameters),
  };
};

describe("embedded databases", () => {
  test.each([
    ["sqlite:heroes.db", { kind: "sqlite", path: "heroes.db" }],
    ["sqlite:./data/heroes.db", { kind: "sqlite", path: "./data/heroes.db" }],
    ["sqlite:/var/heroes.db", { kind: "sqlite", path: "/var/heroes.db" }],
    ["sqlite:///var/heroes.db", { kind: "sqlite", path: "/var/heroes.db" }],
    ["sqlite:////var/heroes.db", { kind: "sqlite", path: "/var/heroes.db" }],
    ["sqlite:C:\\data\\heroes.db", { kind: "sqlite", path: "C:\\data\\heroes.db" }],
    ["sqlite:my%20heroes.db", { kind: "sqlite", path: "my heroes.db" }],
    ["sqlite:heroes.db?mode=ro", { kind: "sqlite", path: "heroes.db", mode: "ro" }],
    ["SQLite::memory:", { kind: "sqlite" }],
    ["pglite:", { kind: "pglite" }],
    ["pglite::memory:", { kind: "pglite" }],
    ["pglite:./data", { kind: "pglite", path: "./data" }],
  ])("%s", (url, expected) => {
    expect(plain(url)).toEqual(expected);
  });
});

describe("servers", () => {
  test.each([
    ["postgresql://ada@db.example/app", { kind: "postgresql", user: "ada", host: "db.example", database: "app" }],
    [
      "postgres://ada:secret@localhost:5433/app",
      { kind: "postgresql", user: "ada", password: "secret", host: "localhost", port: 5433, database: "app" },
    ],
    ["mysql://root@127.0.0.1", { kind: "mysql", user: "root", host: "127.0.0.1" }],
    ["mariadb://root@127.0.0.1:3306/", { kind: "mysql", user: "root", host: "127.0.0.1", port: 3306 }],
    ["postgresql://[::1]:5432/app", { kind: "postgresql", host: "::1", port: 5432, database: "app" }],
    ["postgresql://ada:@host/app", { kind: "postgresql", user: "ada", password: "", host: "host", database: "app" }],
    [
      "postgresql://ada:p@ss@host/app",
      { kind: "postgresql", user: "ada", password: "p@ss", host: "host", database: "app" },
    ],
    [
      "postgresql:///app?host=/var/run/postgresql",
      { kind: "postgresql", socket: "/var/run/postgresql", database: "app", host: "/var/run/postgresql" },
    ],
    ["postgresql://ada@%2Fvar%2Frun/app", { kind: "postgresql", user: "ada", socket: "/var/run", database: "app" }],
    [
      "mysql://root@/app?socket=/run/mysqld.sock",
      { kind: "mysql", user: "root", socket: "/run/mysqld.sock", database: "app" },
    ],
    ["postgresql:///", { kind: "postgresql" }],
    [
      "postgresql://host/app?sslmode=require&channel_binding=require",
      { kind: "postgresql", host: "host", database: "app", sslmode: "require", channel_binding: "require" },
    ],
  ])("%s", (url, expected) => {
    const parsed = plain(url);
    // A socket's parameter stays among the parameters, beside the address that was made of it.
    if ("socket" in expected && "socket" in parsed) expect(parsed.socket).toBe(expected.socket);
    else expect(parsed).toEqual(expected);
  });

  const text = fc
    .string({ unit: "binary", maxLength: 20 })
    .filter((value) => value !== "" && !value.includes("\0") && value.isWellFormed());
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
  );

  test("whatever is percent-encoded is read back", () => {
    fc.assert(
      fc.property(
        text,
        text,
        host,
        fc.integer({ min: 1, max: 65535 }),
        text,
        text,
        (user, password, address, port, database, option) => {
          const encode = encodeURIComponent;
          const url = `postgresql://${encode(user)}:${encode(password)}@${address}:${String(port)}/${encode(database)}?options=${encode(option)}`;
          const parsed = parseDatabaseUrl(url) as ServerUrl;
          expect([
            parsed.user,
            parsed.password,
            parsed.port,
            parsed.database,
            parsed.parameters.get("options"),
          ]).toEqual([user, password, port, database, option]);
          expect(parsed.host).toBe(address.replace(/^\[(.*)\]$/, "$1"));
        },
      ),
    );
  });

  test("any text is read or refused, never anything else", () => {
    const scheme = fc.constantFrom("sqlite:", "pglite:", "postgresql://", "mysql://", "postgres:", "");
    const soup = fc.string({ unit: fc.constantFrom(..."ab1:/@?#%[]&=., \0\\é{}$".split("")), maxLength: 30 });
    fc.assert(
      fc.property(scheme, fc.oneof(soup, fc.string({ unit: "binary" })), (start, rest) => {
        try {
          parseDatabaseUrl(start + rest);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidUrlError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("refusals", () => {
  test.each([
    ["heroes.db", "does not begin with a scheme"],
    ["", "does not begin with a scheme"],
    ["postgress://host/app", "Did you mean 'postgres'?"],
    ["sqlit:heroes.db", "Did you mean 'sqlite'?"],
    ["constructor:x", "is not known"],
    ["postgresql+asyncpg://host/app", "Write postgresql: alone"],
    ["sqlite:", "names no file"],
    ["sqlite://", "names no file"],
    ["sqlite://heroes.db", "sqlite has no host"],
    ["postgresql:app", "after its scheme comes //"],
    ["postgresql://host:0/app", "port is not a number from 1 to 65535"],
    ["postgresql://host:70000/app", "port is not a number from 1 to 65535"],
    ["postgresql://a,b/app", "names several hosts"],
    ["postgresql://::1/app", "IPv6 address stands in [brackets]"],
    ["postgresql://host/app/more", "after the slash that ends its host"],
    ["postgresql://host/app?sslmod=require", "Did you mean 'sslmode'?"],
    ["postgresql://host/app?pgbouncer=true", "Use pooler=transaction"],
    ["postgresql://host/app?__proto__=x", "parameter that postgresql does not know"],
    ["postgresql://host/app?sslmode=require&sslmode=disable", "sslmode is given twice"],
    ["postgresql://host/app?sslmode", "sslmode has no value"],
    ["postgresql://host/app?host=evil.example", "names a host twice"],
    ["postgresql://host/app?host=/tmp", "names a host twice"],
    ["postgresql:///app?host=evil.example", "absolute path of a socket"],
    ["mysql:///app?host=/a&socket=/b", "names a host twice"],
    ["postgresql://%zz@host/app", "percent-encoding of its user is broken"],
    ["postgresql://host/a%00b", "contains NUL"],
  ])("%s", (url, message) => {
    expect(() => parseDatabaseUrl(url)).toThrow(InvalidUrlError);
    expect(() => parseDatabaseUrl(url)).toThrow(message);
  });

  test("no refusal quotes a password, whatever character in it breaks the URL (V22)", () => {
    const canary = "canary7731";
    const special = fc.constantFrom(..."/?#@:%[]&=\\ ,\0".split(""));
    const noise = fc.string({ unit: fc.oneof(special, fc.constantFrom("1", "a")), maxLength: 8 });
    let refused = 0;
    fc.assert(
      fc.property(
        noise,
        noise,
        fc.constantFrom("@host/app", "@host:5432", "@host/app?sslmode=require", ""),
        (before, after, rest) => {
          try {
            parseDatabaseUrl(`postgresql://ada:${before}${canary}${after}${rest}`);
          } catch (error) {
            refused += 1;
            expect(String((error as Error).stack)).not.toContain(canary);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

test("V26 whatever stands after the ?, it changes no host, port, user, password or database, and no prototype", () => {
  const inherited = Reflect.ownKeys(Object.prototype).length;
  const name = fc.constantFrom(
    "host",
    "hostaddr",
    "port",
    "user",
    "password",
    "dbname",
    "database",
    "socket",
    "sslmode",
    "options",
    "pooler",
    "connect_timeout",
    "__proto__",
    "__proto__[host]",
    "constructor.prototype.host",
    "%68ost",
    "HOST",
    "socketPath",
    "ssl",
  );
  const value = fc.oneof(
    fc.constantFrom("evil.example", "/tmp", "1", "require", "%2Ftmp", "transaction", "-c%20role%3Devil", "{}", ""),
    fc.webQueryParameters(),
  );
  const query = fc
    .array(fc.tuple(name, value), { minLength: 1, maxLength: 4 })
    .map((pairs) => pairs.map(([key, text]) => `${key}=${text}`).join("&"));
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom("postgresql", "mysql", "mariadb"), query, (scheme, parameters) => {
      let url: ServerUrl;
      try {
        url = parseDatabaseUrl(`${scheme}://ada:s%40fe@db.example:7777/app?${parameters}`) as ServerUrl;
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidUrlError);
        return;
      }
      read += 1;
      expect([url.user, url.password, url.host, url.port, url.socket, url.database]).toEqual([
        "ada",
        "s@fe",
        "db.example",
        7777,
        undefined,
        "app",
      ]);
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(50);
  expect(Reflect.ownKeys(Object.prototype)).toHaveLength(inherited);
});
