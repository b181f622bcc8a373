/** A package that is not installed, or too old, is an error that says what to install. */
import { afterEach, expect, test, vi } from "vitest";
import { createAsyncEngine } from "../create-engine.ts";
import { MissingDriverError } from "./errors.ts";

afterEach(() => {
  vi.doUnmock("pg");
  vi.doUnmock("mysql2");
  vi.doUnmock("@electric-sql/pglite");
});

test.each([
  ["pg", "postgresql://localhost/app"],
  ["mysql2", "mysql://localhost/app"],
  ["@electric-sql/pglite", "pglite:"],
])("%s is not installed", async (name, url) => {
  vi.doMock(name, () => {
    throw new Error(`Cannot find package '${name}'`);
  });
  const engine = createAsyncEngine(url);
  const refused = engine.connect();
  await expect(refused).rejects.toThrow(MissingDriverError);
  await expect(refused).rejects.toThrow(`could not be loaded. Install it: npm install ${name}. [E520]`);
  await expect(refused).rejects.toMatchObject({ driver: name });
  expect(engine.poolStatus).toEqual({ idle: 0, inUse: 0, waiting: 0 });
});

test("mysql2 is too old", async () => {
  vi.doMock("mysql2", () => ({ default: { createConnection: () => undefined } }));
  await expect(createAsyncEngine("mysql://localhost/app").connect()).rejects.toThrow(
    "This version of 'mysql2' has no typed parameters. Install a newer one: npm install mysql2@latest.",
  );
});
