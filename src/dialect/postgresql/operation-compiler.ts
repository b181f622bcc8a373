/** Schema operations as PostgreSQL's SQL: constraints, indexes and what is kept by its definition; the rest is inherited. */
import {
  displayName,
  type Catalog,
  type CatalogIndex,
  type CatalogPolicy,
  type CatalogTrigger,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type { OpaqueObject, Operation, OperationOf } from "../../metadata/operation.ts";
import type { CompiledOperations, Step } from "../migration-dialect.ts";
import { textLiteral } from "./literal.ts";
import { PostgresqlTypes } from "./operation-compiler-types.ts";

/** The SQL of `operations` on a database that holds `catalog`. */
export function compileOperations(operations: readonly Operation[], catalog: Catalog): readonly CompiledOperations[] {
  return new PostgresqlOperationCompiler(catalog).compile(operations);
}

class PostgresqlOperationCompiler extends PostgresqlTypes {
  // -------------------------------------------------------------- constraints

  override addConstraint(operation: OperationOf<"addConstraint">): readonly Step[] {
    const { table, constraint, usingIndex } = operation;
    if (usingIndex === undefined) return super.addConstraint(operation);
    if (constraint.kind !== "primaryKey" && constraint.kind !== "unique")
      return this.unsupported("USING INDEX but for keys", "Leave the index out.");
    const kind = constraint.kind === "primaryKey" ? "PRIMARY KEY" : "UNIQUE";
    const index = this.quote(usingIndex);
    return [
      this.alterTable(
        table,
        `ADD ${this.constraintName(constraint.name)}${kind} USING INDEX ${index}${this.deferrability(constraint.deferrable)}`,
      ),
    ];
  }

  /** A transaction of its own: the lock that ADD … NOT VALID took must be gone while rows are read. */
  override validateConstraint({ table, name, constraintKind }: OperationOf<"validateConstraint">): readonly Step[] {
    const check = this.findTable(table)?.checks.find((candidate) => candidate.name === name);
    return [
      ...(constraintKind === "check" && check !== undefined ? [this.violations(table, name, check.expression)] : []),
      this.alone(`ALTER TABLE ${this.qualified(table)} VALIDATE CONSTRAINT ${this.quote(name)}`),
    ];
  }

  private violations(table: QualifiedName, name: string, expression: string): Step {
    return this.checkFirst(
      `SELECT pg_catalog.count(*) AS rows FROM ${this.qualified(table)} WHERE NOT (${expression}) HAVING pg_catalog.count(*) > 0`,
      `Check '${name}' of table '${displayName(table)}' is to be validated, but there are rows that it does not allow.`,
      "Change those rows, and run it again.",
    );
  }

  // -------------------------------------------------------------- indexes

  override createIndex({ table, index, concurrently }: OperationOf<"createIndex">): readonly Step[] {
    const name = this.qualified({ schema: table.schema, name: index.name });
    const text = this.createIndexText(table, index);
    const comments = index.comment === undefined ? [] : [this.comment(`INDEX ${name}`, index.comment)];
    if (concurrently !== true) return [this.statement(text), ...comments];
    this.requireNotPartitioned(table, "CREATE INDEX CONCURRENTLY");
    const created = text.replace(/^CREATE (UNIQUE )?INDEX /, (head) => `${head}CONCURRENTLY `);
    const duplicates = index.unique ? [this.duplicates(table, index)] : [];
    return [...duplicates, this.alone(dropLeftover(name)), this.alone(created), ...comments];
  }

  /** Found first: a build that fails half-way leaves an index that is invalid, and kept up by every write. */
  private duplicates(table: QualifiedName, { name, columns, where, nullsNotDistinct }: CatalogIndex): Step {
    const parts = columns.map(({ column, expression }) =>
      column === undefined ? `(${expression ?? ""})` : this.quote(column),
    );
    const filled = nullsNotDistinct === true ? [] : parts.map((part) => `${part} IS NOT NULL`);
    const conditions = [...(where === undefined ? [] : [`(${where})`]), ...filled];
    const condition = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    const values = parts.map((part, at) => `(${part})::text AS value${at === 0 ? "" : String(at + 1)}`).join(", ");
    return this.checkFirst(
      `SELECT ${values}, pg_catalog.count(*) AS rows FROM ${this.qualified(table)}${condition} GROUP BY ${parts.join(", ")} HAVING pg_catalog.count(*) > 1 LIMIT 5`,
      `Index '${name}' of table '${displayName(table)}' is to be unique, but several rows have the same values.`,
      "Change those rows, and run it again.",
    );
  }

  override dropIndex({ table, name, concurrently }: OperationOf<"dropIndex">): readonly Step[] {
    const qualified = this.qualified({ schema: table.schema, name });
    if (concurrently !== true) return [this.statement(`DROP INDEX ${qualified}`)];
    this.requireNotPartitioned(table, "DROP INDEX CONCURRENTLY");
    return [this.alone(`DROP INDEX CONCURRENTLY ${qualified}`)];
  }

  private requireNotPartitioned(table: QualifiedName, construct: string): void {
    if (this.findTable(table)?.options["partitionBy"] === undefined) return;
    this.unsupported(
      `${construct} on the partitioned table '${displayName(table)}'`,
      "Do it on each partition, or without CONCURRENTLY.",
    );
  }

  override renameIndex({ table, name, newName }: OperationOf<"renameIndex">): readonly Step[] {
    const qualified = this.qualified({ schema: table.schema, name });
    return [this.statement(`ALTER INDEX ${qualified} RENAME TO ${this.quote(newName)}`)];
  }

  // -------------------------------------------------------------- what is kept by its definition

  protected override createOpaque(object: OpaqueObject): readonly Step[] {
    switch (object.kind) {
      case "view":
        return this.createView(object);
      case "routine": {
        const { routine } = object;
        const target = `${routine.kind.toUpperCase()} ${this.routineName(object)}`;
        return [
          this.statement(routine.definition),
          ...(routine.comment === undefined ? [] : [this.comment(target, routine.comment)]),
        ];
      }
      case "trigger":
        return this.createTrigger(object.table, object.trigger);
      case "policy":
        return [this.statement(this.policyText(object.table, object.policy))];
    }
  }

  private createView({ view }: Extract<OpaqueObject, { kind: "view" }>): readonly Step[] {
    const kind = view.materialized ? "MATERIALIZED VIEW" : "VIEW";
    return [
      this.statement(view.definition),
      ...view.indexes.flatMap((index) => this.createIndex({ kind: "createIndex", table: view, index })),
      ...(view.comment === undefined ? [] : [this.comment(`${kind} ${this.qualified(view)}`, view.comment)]),
      ...(view.triggers ?? []).flatMap((trigger) => this.createTrigger(view, trigger)),
    ];
  }

  private createTrigger(table: QualifiedName, { name, definition, enabled }: CatalogTrigger): readonly Step[] {
    const disable = enabled ? [] : [this.alterTable(table, `DISABLE TRIGGER ${this.quote(name)}`)];
    return [this.statement(definition), ...disable];
  }

  private policyText(table: QualifiedName, policy: CatalogPolicy): string {
    const roles = policy.roles.map((role) => (role === "public" ? "PUBLIC" : this.quote(role))).join(", ");
    return [
      `CREATE POLICY ${this.quote(policy.name)} ON ${this.qualified(table)}`,
      `AS ${policy.permissive ? "PERMISSIVE" : "RESTRICTIVE"} FOR ${policy.command} TO ${roles}`,
      ...(policy.using === undefined ? [] : [`USING (${policy.using})`]),
      ...(policy.withCheck === undefined ? [] : [`WITH CHECK (${policy.withCheck})`]),
    ].join(" ");
  }

  private routineName({ routine }: Extract<OpaqueObject, { kind: "routine" }>): string {
    const parameters = routine.kind === "aggregate" && routine.arguments === "" ? "*" : routine.arguments;
    return `${this.qualified(routine)}(${parameters})`;
  }

  protected override dropOpaque(object: OpaqueObject): readonly Step[] {
    switch (object.kind) {
      case "view":
        return [
          this.statement(`DROP ${object.view.materialized ? "MATERIALIZED " : ""}VIEW ${this.qualified(object.view)}`),
        ];
      case "routine":
        return [this.statement(`DROP ${object.routine.kind.toUpperCase()} ${this.routineName(object)}`)];
      case "trigger":
        return [this.statement(`DROP TRIGGER ${this.quote(object.trigger.name)} ON ${this.qualified(object.table)}`)];
      case "policy":
        return [this.statement(`DROP POLICY ${this.quote(object.policy.name)} ON ${this.qualified(object.table)}`)];
    }
  }
}

/** What a failed CREATE INDEX CONCURRENTLY left under `name`: it is INVALID, and the name is taken. */
function dropLeftover(name: string): string {
  const literal = textLiteral(name);
  const drop = textLiteral(`DROP INDEX ${name}`);
  const body =
    "BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_index WHERE indexrelid = " +
    `pg_catalog.to_regclass(${literal}) AND NOT indisvalid) THEN EXECUTE ${drop}; END IF; END`;
  return `DO ${textLiteral(body)}`;
}
