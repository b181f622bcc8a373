/**
 * Lets plain Node 20 run this repository's TypeScript: `node --import ./scripts/ts-loader.mjs examples/atlas/main.ts`.
 * Strips types, and lowers `using`, which Node 20 cannot parse. "sqlmodel" is the built package (dist/), as for a user;
 * with SQLMODEL_FROM=source it is src/.
 */
import { register } from "node:module";

process.setSourceMapsEnabled(true);
register("./ts-loader-hooks.mjs", import.meta.url, { data: { from: process.env["SQLMODEL_FROM"] ?? "dist" } });
