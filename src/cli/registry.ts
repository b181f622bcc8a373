/** The commands by name. Each is loaded when it is used, so that the others cost no time. */
import type { Command } from "./command.ts";

export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const registry: { readonly [name: string]: CommandEntry } = Object.freeze({
  init: {
    summary: "write sqlmodel.config.ts and the folder of migrations",
    load: () => import("./commands/init.ts"),
  },
  revision: {
    summary: "write a new revision, by hand or from the models (--autogenerate)",
    load: () => import("./commands/revision.ts"),
  },
  upgrade: { summary: "apply revisions", load: () => import("./commands/upgrade.ts") },
  downgrade: { summary: "take revisions back", load: () => import("./commands/downgrade.ts") },
  current: { summary: "tell what the database has", load: () => import("./commands/current.ts") },
  history: { summary: "list revisions", load: () => import("./commands/history.ts") },
  heads: { summary: "list revisions that nothing comes after", load: () => import("./commands/heads.ts") },
  branches: { summary: "list revisions that several come after", load: () => import("./commands/branches.ts") },
  merge: { summary: "write a revision that joins heads", load: () => import("./commands/merge.ts") },
  show: { summary: "show a revision", load: () => import("./commands/show.ts") },
  stamp: { summary: "note revisions as applied without running them", load: () => import("./commands/stamp.ts") },
  check: { summary: "tell whether the models differ from the database", load: () => import("./commands/check.ts") },
  edit: { summary: "open a revision in $EDITOR", load: () => import("./commands/edit.ts") },
  squash: { summary: "replace a line of revisions by one", load: () => import("./commands/squash.ts") },
  test: {
    summary: "run all revisions up, down and up on a scratch database",
    load: () => import("./commands/test.ts"),
  },
  lint: { summary: "tell what revisions would lock, break or lose", load: () => import("./commands/lint.ts") },
  "create-all": {
    summary: "create the tables of the models, without revisions",
    load: () => import("./commands/create-all.ts"),
  },
  seed: { summary: "run the seed file", load: () => import("./commands/seed.ts") },
});
