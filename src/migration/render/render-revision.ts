/** The text of a revision file. */
import type { Operation } from "../../metadata/operation.ts";
import { arrayCode, printCode, stringCode } from "./code.ts";
import { OperationRenderer, type RenderOptions } from "./render-operation.ts";

/** What a new revision says of itself. */
export interface NewRevision {
  readonly id: string;
  readonly downRevisions: readonly string[];
  readonly branchLabels?: readonly string[];
  readonly dependsOn?: readonly string[];
  readonly replaces?: readonly string[];
  readonly formerHash?: string;
  /** Objects whose loss is agreed to. */
  readonly acceptsDataLoss?: readonly string[];
  readonly message: string;
  readonly createdAt: Date;
}

export interface RevisionBodies {
  readonly upgrade: readonly Operation[];
  /** Undefined: the revision cannot be taken back, and says why. */
  readonly downgrade: readonly Operation[] | { readonly impossible: string };
  /** Lines to put above both functions: what the author must look at. */
  readonly notes?: readonly string[];
}

/** The module that migration files import everything from. */
export const migrationEntry = "sqlmodel/migration";

/** Write the file. Names of operations come from the renderer; every text of the database stands inside a literal. */
export function renderRevision(revision: NewRevision, bodies: RevisionBodies, options: RenderOptions): string {
  const renderer = new OperationRenderer(options);
  const upgrade = functionText("upgrade", bodies.upgrade, renderer);
  const downgrade =
    "impossible" in bodies.downgrade
      ? impossibleText(bodies.downgrade.impossible)
      : functionText("downgrade", bodies.downgrade, renderer);
  const names = [...renderer.imports].toSorted((left, right) => left.localeCompare(right, "en"));
  // With verbatimModuleSyntax an import of types alone would be an import all the same.
  const imported =
    names.length === 0
      ? "import type { Operations }"
      : printCode({ open: "import {", items: [...names, "type Operations"], close: "}" }, 0, 30);
  const imports = `${imported} from ${stringCode(migrationEntry)};`;
  return [
    header(revision, bodies.notes ?? []),
    imports,
    "",
    ...constants(revision),
    "",
    upgrade,
    "",
    downgrade,
    "",
  ].join("\n");
}

function header({ message, createdAt, downRevisions }: NewRevision, notes: readonly string[]): string {
  const after = downRevisions.length === 0 ? "the first revision" : `after ${downRevisions.join(" and ")}`;
  const lines = [
    message,
    "",
    `Created ${createdAt.toISOString()}, ${after}.`,
    ...(notes.length > 0 ? ["", ...notes] : []),
  ];
  return ["/**", ...lines.map((line) => ` * ${commentText(line)}`.trimEnd()), " */"].join("\n");
}

/** Text that cannot end the comment it stands in. */
function commentText(text: string): string {
  return text.replaceAll("*/", "*\\/").replace(/[\r\n\u2028\u2029]+/g, " ");
}

function constants(revision: NewRevision): string[] {
  const { id, downRevisions, branchLabels = [], dependsOn = [], replaces = [], message, createdAt } = revision;
  const { formerHash, acceptsDataLoss = [] } = revision;
  const [only, ...more] = downRevisions;
  const down = more.length > 0 ? listCode(downRevisions) : only === undefined ? "null" : stringCode(only);
  return [
    `export const revision = ${stringCode(id)};`,
    `export const downRevision = ${down};`,
    ...(branchLabels.length === 0 ? [] : [`export const branchLabels = ${listCode(branchLabels)};`]),
    ...(dependsOn.length === 0 ? [] : [`export const dependsOn = ${listCode(dependsOn)};`]),
    ...(replaces.length === 0 ? [] : [`export const replaces = ${listCode(replaces)};`]),
    ...(formerHash === undefined ? [] : [`export const formerHash = ${stringCode(formerHash)};`]),
    ...(acceptsDataLoss.length === 0 ? [] : [`export const acceptsDataLoss = ${listCode(acceptsDataLoss)};`]),
    `export const message = ${stringCode(message)};`,
    `export const createdAt = ${stringCode(createdAt.toISOString())};`,
  ];
}

function listCode(texts: readonly string[]): string {
  return printCode(arrayCode(texts.map(stringCode)), 0);
}

function functionText(name: string, operations: readonly Operation[], renderer: OperationRenderer): string {
  const lines = operations.map((operation) => {
    const code = renderer.operation(operation);
    return `  ${printCode(code, 2)}${typeof code === "string" ? "" : ";"}`;
  });
  const parameter = lines.length === 0 ? "_op" : "op";
  return `export function ${name}(${parameter}: Operations): void {${lines.length === 0 ? "" : `\n${lines.join("\n")}\n`}}`;
}

/** A revision without `downgrade` is one that cannot be taken back. */
function impossibleText(reason: string): string {
  return `// There is no downgrade: ${commentText(reason)}`;
}
