/** Domains, extensions and sequences of PostgreSQL. */
import {
  displayName,
  nameKey,
  type CatalogCheck,
  type CatalogSequence,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import { MissingObjectError } from "../../metadata/errors.ts";
import type { OperationOf } from "../../metadata/operation.ts";
import { wholeNumber } from "../definition-writer.ts";
import type { Step } from "../migration-dialect.ts";
import { sequenceMove } from "../sequence-change.ts";
import { PostgresqlEnums } from "./operation-compiler-enums.ts";
import { textLiteral } from "./literal.ts";

/** What happens to domains, extensions and sequences in PostgreSQL. */
export abstract class PostgresqlTypes extends PostgresqlEnums {
  // -------------------------------------------------------------- domains and extensions

  override createDomain({ domain }: OperationOf<"createDomain">): readonly Step[] {
    const name = this.qualified(domain);
    const parts = [
      `CREATE DOMAIN ${name} AS ${domain.type}`,
      ...(domain.collation === undefined ? [] : [this.collate(domain.collation)]),
      ...(domain.default === undefined ? [] : [`DEFAULT ${domain.default}`]),
      ...(domain.nullable ? [] : ["NOT NULL"]),
      ...domain.checks.map((check) => this.constraint({ kind: "check", ...check })),
    ];
    return [
      this.statement(parts.join(" ")),
      ...(domain.comment === undefined ? [] : [this.comment(`DOMAIN ${name}`, domain.comment)]),
    ];
  }

  override dropDomain({ domain }: OperationOf<"dropDomain">): readonly Step[] {
    return [this.statement(`DROP DOMAIN ${this.qualified(domain)}`)];
  }

  /** The server holds new checks against the rows of all tables itself. */
  override alterDomain({ domain, changes }: OperationOf<"alterDomain">): readonly Step[] {
    const known = this.catalog.domains.find((candidate) => nameKey(candidate) === nameKey(domain));
    if (known === undefined) throw new MissingObjectError(`There is no domain '${displayName(domain)}'.`);
    const name = this.qualified(domain);
    const alter = (action: string): Step => this.statement(`ALTER DOMAIN ${name} ${action}`);
    const { checks = known.checks, nullable = known.nullable } = changes;
    const text = (check: CatalogCheck): string => this.constraint({ kind: "check", ...check });
    const isIn = (list: readonly CatalogCheck[], check: CatalogCheck): boolean =>
      list.some((other) => text(other) === text(check));
    return [
      ...known.checks
        .filter((check) => !isIn(checks, check))
        .map(({ name: check = "" }) => alter(`DROP CONSTRAINT ${this.quote(check)}`)),
      ...("default" in changes
        ? [alter(changes.default === undefined ? "DROP DEFAULT" : `SET DEFAULT ${changes.default}`)]
        : []),
      ...(nullable === known.nullable ? [] : [alter(nullable ? "DROP NOT NULL" : "SET NOT NULL")]),
      ...checks.filter((check) => !isIn(known.checks, check)).map((check) => alter(`ADD ${text(check)}`)),
      ...("comment" in changes ? [this.comment(`DOMAIN ${name}`, changes.comment)] : []),
    ];
  }

  override createExtension({ extension }: OperationOf<"createExtension">): readonly Step[] {
    const { name, schema, version } = extension;
    const place = schema === undefined ? "" : ` SCHEMA ${this.quote(schema)}`;
    const wanted = version === undefined || version === "" ? "" : ` VERSION ${textLiteral(version)}`;
    return [this.statement(`CREATE EXTENSION ${this.quote(name)}${place}${wanted}`)];
  }

  override dropExtension({ name }: OperationOf<"dropExtension">): readonly Step[] {
    return [this.statement(`DROP EXTENSION ${this.quote(name)}`)];
  }

  // -------------------------------------------------------------- sequences

  override createSequence({ sequence }: OperationOf<"createSequence">): readonly Step[] {
    const name = this.qualified(sequence);
    return [
      this.statement([`CREATE SEQUENCE ${name}`, ...this.sequenceOptions(sequence)].join(" ")),
      ...(sequence.comment === undefined ? [] : [this.comment(`SEQUENCE ${name}`, sequence.comment)]),
    ];
  }

  override dropSequence({ sequence }: OperationOf<"dropSequence">): readonly Step[] {
    return [this.statement(`DROP SEQUENCE ${this.qualified(sequence)}`)];
  }

  override renameSequence({ sequence, newName }: OperationOf<"renameSequence">): readonly Step[] {
    return [this.statement(`ALTER SEQUENCE ${this.qualified(sequence)} RENAME TO ${this.quote(newName)}`)];
  }

  override alterSequence({ sequence, changes }: OperationOf<"alterSequence">): readonly Step[] {
    const options = this.sequenceOptions(changes);
    const name = this.qualified(sequence);
    return [
      ...this.sequenceMoveSteps(sequence, changes),
      ...(options.length === 0 ? [] : [this.statement([`ALTER SEQUENCE ${name}`, ...options].join(" "))]),
      ...("comment" in changes ? [this.comment(`SEQUENCE ${name}`, changes.comment)] : []),
    ];
  }

  /** The server refuses bounds that the counter is not in. */
  private sequenceMoveSteps(
    sequence: QualifiedName,
    changes: OperationOf<"alterSequence">["changes"],
  ): readonly Step[] {
    const before = this.catalog.sequences.find((candidate) => nameKey(candidate) === nameKey(sequence));
    const after = before === undefined ? undefined : { ...before, ...changes };
    const move = before === undefined || after === undefined ? undefined : sequenceMove(before, after);
    if (after === undefined || move === undefined) return [];
    const name = this.qualified(sequence);
    const [isBefore, isBeyond, last] = move.isDescending
      ? [">", "<", wholeNumber(after.minValue)]
      : ["<", ">", wholeNumber(after.maxValue)];
    const first = wholeNumber(move.first);
    const type = changes.type === undefined ? {} : { type: "bigint" };
    return [
      this.checkFirst(
        `SELECT last_value FROM ${name} WHERE last_value ${isBeyond} ${last} AND is_called`,
        `The sequence '${displayName(sequence)}' has counted further than its new bounds reach.`,
        "Leave room for the numbers to come: the sequence would have none left.",
      ),
      this.statement([`ALTER SEQUENCE ${name}`, ...this.sequenceOptions({ ...move.between, ...type })].join(" ")),
      this.statement(
        `SELECT pg_catalog.setval(${textLiteral(name)}::regclass, ${first}, false) FROM ${name} WHERE last_value ${isBefore} ${first} OR (last_value ${isBeyond} ${last} AND NOT is_called)`,
      ),
    ];
  }

  private sequenceOptions(options: Partial<CatalogSequence>): string[] {
    const { type, start, increment, minValue, maxValue, cache, cycle, ownedBy } = options;
    const owner = ownedBy === undefined ? "NONE" : `${this.qualified(ownedBy.table)}.${this.quote(ownedBy.column)}`;
    return [
      ...(type === undefined ? [] : [`AS ${type}`]),
      ...(increment === undefined ? [] : [`INCREMENT BY ${wholeNumber(increment)}`]),
      ...(minValue === undefined ? [] : [`MINVALUE ${wholeNumber(minValue)}`]),
      ...(maxValue === undefined ? [] : [`MAXVALUE ${wholeNumber(maxValue)}`]),
      ...(start === undefined ? [] : [`START WITH ${wholeNumber(start)}`]),
      ...(cache === undefined ? [] : [`CACHE ${wholeNumber(cache)}`]),
      ...(cycle === undefined ? [] : [cycle ? "CYCLE" : "NO CYCLE"]),
      ...("ownedBy" in options ? [`OWNED BY ${owner}`] : []),
    ];
  }
}
