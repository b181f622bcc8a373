/** What comparing two catalogs takes and gives. `compare-catalogs.ts` does it. */
import type { QualifiedName } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";

/** Something that went away and something that came: one thing under a new name, or two things? */
export interface RenameQuestion {
  readonly kind: "table" | "column" | "enum" | "enumValue" | "sequence";
  /** The table of a column, the enum type of a value; tables by their new name. */
  readonly owner?: QualifiedName | undefined;
  readonly schema?: string | undefined;
  readonly from: string;
  readonly to: string;
  /** 0 to 1: how much both are alike. */
  readonly score: number;
  /** What answers it in `renames` or `notRenames`: "hero:person", "hero.fone:phone", "mood.bad:sad". */
  readonly token: string;
}

export interface Comparison {
  /** In an order that works; none while `questions` are open. */
  readonly operations: readonly Operation[];
  readonly questions: readonly RenameQuestion[];
  /** What the reader should know, a sentence each. */
  readonly warnings: readonly string[];
}

export type ComparedType = "table" | "column" | "index" | "constraint" | "enum" | "sequence" | "schema";

/** An object that is about to be compared, as `includeObject` sees it. */
export interface ComparedObject {
  readonly type: ComparedType;
  readonly schema?: string | undefined;
  readonly name: string | undefined;
  /** The table of a column, index or constraint. */
  readonly table?: QualifiedName | undefined;
  /** Whether the database has it, and whether the models do. */
  readonly isInDatabase: boolean;
  readonly isInModels: boolean;
}

/** What a database can do, as far as the operations depend on it. */
export interface CompareCapabilities {
  readonly addConstraint: boolean;
  readonly renameConstraint: boolean;
  readonly renameIndex: boolean;
  readonly columnPositions: boolean;
}

export interface CompareOptions {
  readonly capabilities: CompareCapabilities;
  /** Renames that are meant: tokens of questions, or of any other pair of names. */
  readonly renames?: readonly string[] | undefined;
  /** Tokens of questions that were answered with no. */
  readonly notRenames?: readonly string[] | undefined;
  /** Where the runner keeps what was applied, if not under the usual name; left alone. */
  readonly versionTable?: QualifiedName | undefined;
  /** False: no operation is made about this object. */
  readonly includeObject?: ((object: ComparedObject) => boolean) | undefined;
  /** False: what the database has of this name is not seen. */
  readonly includeName?:
    ((name: string, type: "table" | "schema" | "enum" | "sequence", schema: string | undefined) => boolean) | undefined;
  /**
   * Whether the models themselves name this constraint. One whose name comes from a convention is left under the name that
   * the database has where a new name would cost more than a RENAME. Default: all are named.
   */
  readonly isExplicitName?: ((table: QualifiedName, name: string) => boolean) | undefined;
}
