/**
 * No cycle of value imports in src/; a cycle that an `import type` closes is allowed. Run by `npm run check` beside layers.cjs:
 * dependency-cruiser reports one cycle an edge, the shortest, so with types in the graph a type cycle can hide a value cycle.
 * Here the imports are read after types are erased.
 */
const { options } = require("./layers.cjs");

module.exports = {
  forbidden: [
    {
      name: "no-value-cycle",
      comment: "No cycle of value imports; a cycle that an `import type` closes is allowed.",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true },
    },
  ],
  options: { ...options, tsPreCompilationDeps: false },
};
