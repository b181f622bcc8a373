/** Runs test/fuzz/statements.ts against src/. */
process.env["SQLMODEL_FROM"] = "source";
await import("./ts-loader.mjs");
await import("../test/fuzz/statements.ts");
