/** Errors of revision files and of their graph. E420 to E429. */
import { didYouMean } from "../../util/closest-name.ts";
import { MigrationError } from "../errors.ts";
import type { Revision } from "./revision.ts";

/** A name of a revision means none, or several. */
export class RevisionError extends MigrationError {
  constructor(message: string) {
    super("E420", message);
  }

  static unknown(name: string, known: readonly string[]): RevisionError {
    const hint = didYouMean(name, known);
    return new RevisionError(
      `No revision is '${name}'.${hint} Give an id, the beginning of one, head, base, a branch label or a number of steps such as +1; \`sqlmodel history\` lists all.`,
    );
  }

  static ambiguous(name: string, ids: readonly string[]): RevisionError {
    return new RevisionError(`'${name}' means several revisions: ${ids.join(", ")}. Give more of the id.`);
  }

  static multipleHeads(name: string, ids: readonly string[]): RevisionError {
    return new RevisionError(
      `There are several heads, so '${name}' does not say which: ${ids.join(", ")}. Name one of them, give 'heads' for all, or join them with \`sqlmodel merge heads\`.`,
    );
  }

  static ambiguousRelative(name: string, ids: readonly string[]): RevisionError {
    return new RevisionError(
      `'${name}' could be on the way over ${ids.join(" or ")}. Give the branch, such as ${ids[0] ?? "label"}@+1, or an id.`,
    );
  }

  static tooFar(name: string, steps: number): RevisionError {
    return new RevisionError(`'${name}' goes further than the revisions do: there are only ${String(steps)} that way.`);
  }

  static halfSquashed({ id, file }: Revision, done: string): RevisionError {
    return new RevisionError(
      `Revision '${id}' (${file}) stands for several, of which the database has '${done}' but not all. Upgrade it with the files from before the squash first.`,
    );
  }

  static notApplied(id: string): RevisionError {
    return new RevisionError(
      `Revision '${id}' is not applied, so the database cannot go back to it. \`sqlmodel current\` tells where it is.`,
    );
  }
}

/** The revision files do not make a graph. */
export class RevisionGraphError extends MigrationError {
  constructor(message: string, options?: ErrorOptions) {
    super("E421", message, options);
  }

  static sameId(one: Revision, other: Revision): RevisionGraphError {
    return new RevisionGraphError(
      `Two files are revision '${one.id}': ${other.file} and ${one.file}. Give one of them another id, or remove the copy.`,
    );
  }

  static sameLabel(label: string, one: string, other: string): RevisionGraphError {
    return new RevisionGraphError(`The branch label '${label}' is on both '${other}' and '${one}'. Rename one.`);
  }

  static loop(revision: Revision): RevisionGraphError {
    return new RevisionGraphError(
      `Revision '${revision.id}' (${revision.file}) comes after itself. Correct its downRevision.`,
    );
  }

  static unknownDown(revision: Revision, down: string, hint: string): RevisionGraphError {
    return new RevisionGraphError(
      `Revision '${revision.id}' (${revision.file}) comes after '${down}', of which there is no file.${hint} Is a file missing from version control, or was a branch rebased?`,
    );
  }

  static unknownDependency(revision: Revision, name: string, options: ErrorOptions): RevisionGraphError {
    return new RevisionGraphError(
      `Revision '${revision.id}' (${revision.file}) depends on '${name}', which is no revision and no branch label.`,
      options,
    );
  }

  static cycle(ids: readonly string[]): RevisionGraphError {
    return new RevisionGraphError(
      `Revisions come after each other in a circle: ${[...ids, ids[0] ?? ""].join(" → ")}. Correct a downRevision or dependsOn.`,
    );
  }
}

/** A revision file, the migrations folder or the configuration cannot be read or written. */
export class RevisionFileError extends MigrationError {
  readonly file: string;

  constructor(file: string, message: string, options?: ErrorOptions) {
    super("E422", `${file}: ${message}`, options);
    this.file = file;
  }
}
