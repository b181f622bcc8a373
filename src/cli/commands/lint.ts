/** `sqlmodel lint`. */
import type { Command } from "../command.ts";
import { appliedOf, bookkeepingRows } from "../database.ts";
import { exitCodes } from "../exit-code.ts";
import { emptyCatalog, type Catalog } from "../../metadata/catalog.ts";
import {
  followOperations,
  lintOperations,
  lintRules,
  rulePage,
  type FollowedCatalog,
  type LintFinding,
} from "../../migration/lint/lint.ts";
import { printCode } from "../../migration/render/code.ts";
import { OperationRenderer } from "../../migration/render/render-operation.ts";
import type { Revision } from "../../migration/revision/revision.ts";
import { recordAsync } from "../../migration/run/recording.ts";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";
import { didYouMean } from "../../util/closest-name.ts";

export const command: Command = {
  positionals: [
    {
      name: "revisions",
      summary: "which; default: those that the database does not have",
      isOptional: true,
      isRest: true,
    },
  ],
  options: {
    all: { type: "boolean", summary: "all revisions" },
    ignore: { type: "string", multiple: true, value: "rule", summary: "a rule that does not matter here" },
    advice: { type: "boolean", summary: "findings about design, too" },
  },
  examples: ["sqlmodel lint", "sqlmodel lint head --ignore drop-breaks-running-version"],
  async run({ positionals, options, project, terminal }) {
    const graph = await project.graph();
    const { dialect } = await project.engine();
    const ignored = options.texts("ignore");
    const names = lintRules(dialect).map(({ name }) => name);
    const unknown = ignored.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new UsageError(`There is no rule '${unknown}'.${didYouMean(unknown, names)}`);
    const chosen = new Set(positionals.flatMap((name) => graph.resolve(name)));
    if (positionals.length === 0) {
      const applied = options.flag("all")
        ? new Set<string>()
        : appliedOf(await bookkeepingRows(await project.engine(), await project.config()));
      for (const { id } of graph.revisions) if (!applied.has(id)) chosen.add(id);
    }
    const found: Linted[] = [];
    let catalog: Catalog = emptyCatalog;
    for (const revision of graph.revisions) {
      const { operations } = await recordAsync({ revision, direction: "upgrade" }, dialect);
      const followed = followOperations(catalog, operations);
      if (chosen.has(revision.id)) {
        warnAbout(revision, followed, names, terminal);
        const all = [...ignored, ...(revision.ignoredRules ?? [])];
        const findings = lintOperations(operations, catalog, dialect, all);
        const shown = findings.filter(({ rule }) => rule.severity !== "advice" || options.flag("advice"));
        found.push({ revision, findings: shown });
      }
      catalog = followed.catalog;
    }
    const renderer = new OperationRenderer({ dialect: dialect.migrations });
    const blocks = found.flatMap(({ revision, findings }) =>
      findings.map((finding) => findingText(revision, finding, renderer)),
    );
    const isBad = found.some(({ findings }) => findings.some(({ rule }) => rule.severity !== "advice"));
    if (blocks.length === 0)
      terminal.note(`Nothing found in ${found.length === 1 ? "1 revision" : `${String(found.length)} revisions`}.`);
    return {
      data: found.map(linted),
      text: blocks.join("\n\n"),
      exitCode: isBad ? exitCodes.differs : exitCodes.ok,
    };
  },
};

interface Linted {
  readonly revision: Revision;
  readonly findings: readonly LintFinding[];
}

function warnAbout(
  { id, ignoredRules = [] }: Revision,
  { doubts }: FollowedCatalog,
  names: readonly string[],
  terminal: Terminal,
): void {
  for (const name of ignoredRules) {
    if (!names.includes(name))
      terminal.warn(`${id} ignores '${name}', which is no rule here.${didYouMean(name, names)}`);
  }
  for (const doubt of doubts)
    terminal.warn(`${id} could not be followed exactly, so what is found of it may be wrong: ${doubt}`);
}

function linted({ revision, findings }: Linted): object {
  return {
    revision: revision.id,
    file: revision.file,
    findings: findings.map(({ rule, message, operation, instead }) => ({
      rule: rule.name,
      severity: rule.severity,
      message,
      reason: rule.reason,
      remedy: rule.remedy,
      page: rulePage(rule),
      operation,
      instead,
    })),
  };
}

function findingText({ id, message: about }: Revision, finding: LintFinding, renderer: OperationRenderer): string {
  const { rule, message, operation, instead = [] } = finding;
  const safe = instead.map((one) => `    ${printCode(renderer.operation(one), 4)};`);
  return [
    `${rule.severity} [${rule.name}] ${id} ${about}`,
    `  ${printCode(renderer.operation(operation), 2)}`,
    `  ${message} ${rule.reason}`,
    `  ${rule.remedy}`,
    `  See ${rulePage(rule)}.`,
    ...(safe.length === 0 ? [] : ["  Instead:", ...safe]),
  ].join("\n");
}
