/**
 * The architecture as a test: which folder of src/ may import which. Run by `npm run check` through dependency-cruiser.
 *
 *  9   top-level src/*.ts         entries and create-engine.ts: wire everything together
 *  8   cli
 *  7   orm      │  migration
 *  6   model    │  reflection
 *  5   engine   │  driver
 *  4   dialect
 *  3   metadata
 *  2   sql      │  io
 *  1   util
 *
 * Imports go down, never up and never sideways; `import type` too. Folders of one row never import each other.
 * Unit tests (*.test.ts) may import anything; nothing imports them. Cycles are the business of cycles.cjs.
 */
const rows = [
  ["util"],
  ["sql", "io"],
  ["metadata"],
  ["dialect"],
  ["engine", "driver"],
  ["model", "reflection"],
  ["orm", "migration"],
  ["cli"],
];

const test = "\\.test\\.ts$";
const folder = (name) => `^src/${name}/`;

/** One rule a folder: it must not import a folder beside it or above it, nor the entries. */
const directions = rows.flatMap((row, level) =>
  row.map((name) => {
    const forbidden = [...row.filter((other) => other !== name), ...rows.slice(level + 1).flat()];
    return {
      name: `${name}-imports-down`,
      comment: `src/${name}/ may import only the folders below it.`,
      severity: "error",
      from: { path: folder(name), pathNot: test },
      to: { path: [...forbidden.map(folder), "^src/[^/]+\\.ts$"] },
    };
  }),
);

/** An npm package that one place of src/ may import. */
const owned = (name, owner, pattern = name) => ({
  name: `${name.replace(/[@/]/g, "-").replace(/^-/, "")}-only-in-its-place`,
  comment: `${name} is imported only by ${owner}.`,
  severity: "error",
  from: { path: "^src/", pathNot: [test, owner] },
  to: { path: `(^|/)node_modules/(@types/)?${pattern}(/|$)` },
});

const packages = [
  owned("zod", "^src/model/"),
  owned("pg", "^src/driver/pg(\\.ts$|/)"),
  owned("mysql2", "^src/driver/mysql2(\\.ts$|/)"),
  owned("better-sqlite3", "^src/driver/better-sqlite3(\\.ts$|/)"),
  owned("@electric-sql/pglite", "^src/driver/pglite(\\.ts$|/)"),
  owned("@opentelemetry/api", "^src/opentelemetry\\.ts$"),
];

module.exports = {
  forbidden: [
    ...directions,
    {
      name: "known-folder",
      comment: "A new folder of src/ needs its row in layers.cjs.",
      severity: "error",
      from: {},
      to: { path: "^src/[^/]+/", pathNot: `^src/(${rows.flat().join("|")})/` },
    },
    {
      name: "dialect-folder-stays-private",
      comment:
        "src/dialect/<name>/ is imported only by itself, src/<name>.ts, src/create-engine.ts and src/dialect/standard-dialect.ts.",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: [
          test,
          "^src/dialect/[^/]+/",
          "^src/dialect/standard-dialect\\.ts$",
          "^src/create-engine\\.ts$",
          "^src/[^/]+\\.ts$",
        ],
      },
      to: { path: "^src/dialect/[^/]+/" },
    },
    {
      name: "dialect-folder-imports-itself-only",
      comment: "One database's folder never imports another's.",
      severity: "error",
      from: { path: "^src/dialect/([^/]+)/", pathNot: test },
      to: { path: "^src/dialect/[^/]+/", pathNot: "^src/dialect/$1/" },
    },
    {
      name: "dialect-entry-imports-its-own-folder",
      comment: "src/sqlite.ts imports src/dialect/sqlite/ and no other; only create-engine.ts may import them all.",
      severity: "error",
      from: { path: "^src/([^/]+)\\.ts$", pathNot: [test, "^src/create-engine\\.ts$"] },
      to: { path: "^src/dialect/[^/]+/", pathNot: "^src/dialect/$1/" },
    },
    {
      name: "node-builtins-at-the-edge",
      comment: "node: modules only in driver, io/channels.ts, cli, migration/revision, create-engine.ts and bin.ts.",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: [test, "^src/(driver|cli|migration/revision)/", "^src/(create-engine|bin|io/channels)\\.ts$"],
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "node-builtins-at-the-edge-unknown",
      comment: "The same for builtins that the Node running this check does not have yet (node:sqlite).",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: [test, "^src/(driver|cli|migration/revision)/", "^src/(create-engine|bin|io/channels)\\.ts$"],
      },
      to: { path: "^node:" },
    },
    {
      name: "no-inner-index",
      comment: "An index.ts inside src/ pulls in a whole folder: import the file.",
      severity: "error",
      from: {},
      to: { path: "^src/.+/index\\.ts$" },
    },
    {
      name: "no-test-imported",
      comment: "Nothing imports a test file.",
      severity: "error",
      from: {},
      to: { path: test },
    },
    ...packages,
    {
      name: "no-runtime-dependency",
      comment: "sqlmodel has no runtime dependencies: zod, the drivers and OpenTelemetry's API are its only packages.",
      severity: "error",
      from: { path: "^src/", pathNot: test },
      to: {
        path: "(^|/)node_modules/",
        pathNot:
          "(^|/)node_modules/(@types/)?(zod|pg|mysql2|better-sqlite3|@electric-sql/pglite|@opentelemetry/api|node)(/|$)",
      },
    },
    {
      name: "resolvable",
      comment: "An import that names nothing.",
      severity: "error",
      from: { path: "^src/" },
      to: { couldNotResolve: true, pathNot: "^node:" },
    },
  ],
  options: {
    doNotFollow: { path: "(^|/)node_modules/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".d.ts", ".js", ".json"],
    },
  },
};
