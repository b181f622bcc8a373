/** For the command line, in this folder: `npx sqlmodel revision --autogenerate -m "what changed"`, `npx sqlmodel check`. */
import { createAsyncEngine } from "sqlmodel";
import { defineConfig } from "sqlmodel/migration";
import { databaseUrl, migrationsOf } from "./database.ts";

export default defineConfig({
  url: databaseUrl,
  models: "./models.ts",
  // Nothing is connected to yet.
  migrations: migrationsOf(createAsyncEngine(databaseUrl)),
});
