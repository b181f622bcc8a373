/** Domains as revision files write them, in the words of the database. */
import type { CatalogDomain, QualifiedName } from "../metadata/catalog.ts";
import type { DomainChanges } from "../metadata/operation.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import type { DefinitionText } from "./definition-text.ts";
import type { CheckDefinition, DefaultValue, Sql } from "./definitions.ts";

export interface DomainOptions {
  /** False: NOT NULL. True by default, other than for columns. */
  readonly nullable?: boolean;
  readonly default?: DefaultValue;
  readonly collation?: string;
  /** check("positive", sql`VALUE > 0`). */
  readonly checks?: readonly CheckDefinition[];
  readonly comment?: string;
}

/** A domain with its type. */
export interface DomainDefinition extends DomainOptions {
  readonly type: SqlType | Sql;
}

/** What may change of a domain; `null` takes something away. */
export interface AlterDomainOptions {
  readonly nullable?: boolean;
  readonly default?: DefaultValue | null;
  /** All that it has afterwards. */
  readonly checks?: readonly CheckDefinition[];
  readonly comment?: string | null;
  /** The domain as it was: needed only to reverse the operation. */
  readonly existing?: DomainDefinition;
}

export interface ExtensionOptions {
  /** Where its objects go. */
  readonly schema?: string;
  /** By default the newest that the server has. */
  readonly version?: string;
}

export function domainOf(name: QualifiedName, definition: DomainDefinition, text: DefinitionText): CatalogDomain {
  const { type, nullable = true, collation, checks = [], comment } = definition;
  const value = text.default(definition.default);
  return {
    ...name,
    type: text.type(type),
    nullable,
    ...(value === undefined ? {} : { default: value }),
    ...(collation === undefined ? {} : { collation }),
    checks: checks.map((check) => text.check(check)),
    ...(comment === undefined ? {} : { comment }),
  };
}

export function domainChanges(options: AlterDomainOptions, text: DefinitionText): DomainChanges {
  const { nullable, checks, comment } = options;
  return {
    ...(nullable === undefined ? {} : { nullable }),
    ...(options.default === undefined ? {} : { default: text.default(options.default ?? undefined) }),
    ...(checks === undefined ? {} : { checks: checks.map((check) => text.check(check)) }),
    ...(comment === undefined ? {} : { comment: comment ?? undefined }),
  };
}
