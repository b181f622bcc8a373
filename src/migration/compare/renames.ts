/**
 * Which things that went are those that came, under a new name. Nothing is guessed: pairs that are alike become questions, and
 * only answers become operations.
 */
import { applyOperations } from "../../metadata/apply-operation.ts";
import { displayName, nameKey, type Catalog, type CatalogEnum, type QualifiedName } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { bestMatching } from "./best-matching.ts";
import { columnLikeness, enumLikeness, sequenceLikeness, tableLikeness } from "./likeness.ts";
import type { CompareOptions, RenameQuestion } from "./comparison.ts";
import { usesOf } from "./enums.ts";
import { goneSequences } from "./sequences.ts";

/** From here on a pair is alike enough to ask about. */
const threshold = 0.5;

export interface Renames {
  /** The renames that were confirmed, in order. */
  readonly operations: readonly Operation[];
  /** The database after them. */
  readonly existing: Catalog;
  readonly questions: readonly RenameQuestion[];
  readonly warnings: readonly string[];
}

/** Find renames from `existing` to `desired`, ask `options` about them and apply those that are meant. */
export function findRenames(existing: Catalog, desired: Catalog, options: CompareOptions): Renames {
  const answers = new Answers(options);
  const operations: Operation[] = [];
  const questions: RenameQuestion[] = [];
  let current = existing;
  const steps = [enumRenames, sequenceRenames, tableRenames, columnRenames, enumValueRenames];
  for (const step of steps) {
    const found = step(current, desired, answers);
    operations.push(...found.operations);
    questions.push(...found.questions);
    current = applyOperations(current, found.operations);
  }
  return { operations, existing: current, questions, warnings: answers.unused() };
}

interface Found {
  readonly operations: readonly Operation[];
  readonly questions: readonly RenameQuestion[];
}

class Answers {
  readonly #renames: ReadonlySet<string>;
  readonly #notRenames: ReadonlySet<string>;
  readonly #used = new Set<string>();
  /** Old names of renamed tables by the key of their new one: tokens may use either. */
  readonly oldNames = new Map<string, QualifiedName>();

  constructor({ renames = [], notRenames = [] }: CompareOptions) {
    this.#renames = new Set(renames);
    this.#notRenames = new Set(notRenames);
  }

  isRename(tokens: readonly string[]): boolean {
    const found = tokens.filter((token) => this.#renames.has(token));
    for (const token of found) this.#used.add(token);
    return found.length > 0;
  }

  isDenied(tokens: readonly string[]): boolean {
    return tokens.some((token) => this.#notRenames.has(token));
  }

  unused(): string[] {
    return [...this.#renames]
      .filter((token) => !this.#used.has(token))
      .map(
        (token) =>
          `The rename '${token}' fits nothing: the old name must be in the database only, the new one in the models only.`,
      );
  }
}

interface Pairing<T> {
  readonly gone: readonly T[];
  readonly came: readonly T[];
  readonly tokens: (from: T, to: T) => readonly string[];
  readonly likeness: (from: T, to: T) => number;
}

/** Pairs that an answer confirms, and of the rest those that fit best, to be asked about. */
function pair<T>(
  { gone, came, tokens, likeness }: Pairing<T>,
  answers: Answers,
): { readonly confirmed: readonly (readonly [T, T])[]; readonly asked: readonly (readonly [T, T, number])[] } {
  const confirmed: (readonly [T, T])[] = [];
  const restGone = new Set(gone);
  const restCame = new Set(came);
  for (const from of gone) {
    const to = [...restCame].find((candidate) => answers.isRename(tokens(from, candidate)));
    if (to === undefined) continue;
    confirmed.push([from, to]);
    restGone.delete(from);
    restCame.delete(to);
  }
  const lefts = [...restGone];
  const rights = [...restCame];
  const score = (left: number, right: number): number => {
    const [from, to] = [lefts[left], rights[right]];
    if (from === undefined || to === undefined || answers.isDenied(tokens(from, to))) return 0;
    return likeness(from, to);
  };
  const asked = bestMatching(lefts.length, rights.length, score, threshold).flatMap((match) => {
    const [from, to] = [lefts[match.left], rights[match.right]];
    return from === undefined || to === undefined ? [] : [[from, to, match.score] as const];
  });
  return { confirmed, asked };
}

function objectTokens(from: QualifiedName, to: QualifiedName): string[] {
  return from.schema === to.schema ? [`${displayName(from)}:${to.name}`] : [];
}

function objectQuestions<T extends QualifiedName>(
  kind: "table" | "enum" | "sequence",
  asked: readonly (readonly [T, T, number])[],
): RenameQuestion[] {
  return asked.map(([from, to, score]) => ({
    kind,
    schema: from.schema,
    from: from.name,
    to: to.name,
    score,
    token: `${displayName(from)}:${to.name}`,
  }));
}

function onlyIn<T extends QualifiedName>(list: readonly T[], other: readonly T[]): T[] {
  const keys = new Set(other.map(nameKey));
  return list.filter((item) => !keys.has(nameKey(item)));
}

function enumRenames(existing: Catalog, desired: Catalog, answers: Answers): Found {
  const { confirmed, asked } = pair(
    {
      gone: onlyIn(existing.enums, desired.enums).filter((type) => usesOf(existing, type).length > 0),
      came: onlyIn(desired.enums, existing.enums),
      tokens: objectTokens,
      likeness: (from, to) => (from.schema === to.schema ? enumLikeness(from, to) : 0),
    },
    answers,
  );
  const operations = confirmed.map(([{ schema, name }, to]): Operation => ({
    kind: "renameEnum",
    type: { schema, name },
    newName: to.name,
  }));
  return { operations, questions: objectQuestions("enum", asked) };
}

function sequenceRenames(existing: Catalog, desired: Catalog, answers: Answers): Found {
  const { confirmed, asked } = pair(
    {
      gone: goneSequences(existing, desired),
      came: onlyIn(desired.sequences, existing.sequences),
      tokens: objectTokens,
      likeness: (from, to) => (from.schema === to.schema ? sequenceLikeness(from, to) : 0),
    },
    answers,
  );
  const operations = confirmed.map(([{ schema, name }, to]): Operation => ({
    kind: "renameSequence",
    sequence: { schema, name },
    newName: to.name,
  }));
  return { operations, questions: objectQuestions("sequence", asked) };
}

function tableRenames(existing: Catalog, desired: Catalog, answers: Answers): Found {
  const { confirmed, asked } = pair(
    {
      gone: onlyIn(existing.tables, desired.tables),
      came: onlyIn(desired.tables, existing.tables),
      tokens: objectTokens,
      likeness: (from, to) => (from.schema === to.schema ? tableLikeness(from, to) : 0),
    },
    answers,
  );
  const operations = confirmed.map(([{ schema, name }, to]): Operation => {
    answers.oldNames.set(nameKey(to), { schema, name });
    return { kind: "renameTable", table: { schema, name }, newName: to.name };
  });
  return { operations, questions: objectQuestions("table", asked) };
}

function columnRenames(existing: Catalog, desired: Catalog, answers: Answers): Found {
  const operations: Operation[] = [];
  const questions: RenameQuestion[] = [];
  const before = new Map(existing.tables.map((table) => [nameKey(table), table]));
  for (const table of desired.tables) {
    const old = before.get(nameKey(table));
    if (old === undefined) continue;
    const owner: QualifiedName = { schema: table.schema, name: table.name };
    const oldName = answers.oldNames.get(nameKey(table));
    const owners = [owner, ...(oldName === undefined ? [] : [oldName])].map(displayName);
    const { confirmed, asked } = pair(
      {
        gone: old.columns.filter(({ name }) => !table.columns.some((column) => column.name === name)),
        came: table.columns.filter(({ name }) => !old.columns.some((column) => column.name === name)),
        tokens: (from, to) => owners.map((title) => `${title}.${from.name}:${to.name}`),
        likeness: (from, to) => columnLikeness(old, from, table, to),
      },
      answers,
    );
    for (const [from, to] of confirmed) {
      operations.push({ kind: "renameColumn", table: owner, column: from.name, newName: to.name });
    }
    for (const [from, to, score] of asked) {
      const token = `${displayName(owner)}.${from.name}:${to.name}`;
      questions.push({ kind: "column", owner, from: from.name, to: to.name, score, token });
    }
  }
  return { operations, questions };
}

function enumValueRenames(existing: Catalog, desired: Catalog, answers: Answers): Found {
  const operations: Operation[] = [];
  const questions: RenameQuestion[] = [];
  const before = new Map(existing.enums.map((type) => [nameKey(type), type]));
  for (const type of desired.enums) {
    const old = before.get(nameKey(type));
    if (old === undefined) continue;
    const owner: QualifiedName = { schema: type.schema, name: type.name };
    const { confirmed, asked } = pair(
      {
        gone: old.values.filter((value) => !type.values.includes(value)),
        came: type.values.filter((value) => !old.values.includes(value)),
        tokens: (from, to) => [`${displayName(owner)}.${from}:${to}`],
        likeness: () => (isOneLabel(old, type) ? 1 : 0),
      },
      answers,
    );
    for (const [value, newValue] of confirmed) {
      operations.push({ kind: "renameEnumValue", type: owner, value, newValue });
    }
    for (const [from, to, score] of asked) {
      questions.push({ kind: "enumValue", owner, from, to, score, token: `${displayName(owner)}.${from}:${to}` });
    }
  }
  return { operations, questions };
}

/** As many values as before, and one of them written differently. */
function isOneLabel(old: CatalogEnum, now: CatalogEnum): boolean {
  if (old.values.length !== now.values.length) return false;
  return old.values.filter((value, index) => now.values[index] !== value).length === 1;
}
