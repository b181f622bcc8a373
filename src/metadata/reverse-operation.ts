/** What takes an operation back. Everything needed for it is in the operation: `existing`. */
import { displayName, type CatalogEnum } from "./catalog.ts";
import { IrreversibleOperationError } from "./errors.ts";
import type {
  ColumnChanges,
  ColumnOperation,
  ConstraintOperation,
  DataOperation,
  DomainChanges,
  DomainOperation,
  ExtensionOperation,
  IndexOperation,
  OpaqueOperation,
  Operation,
  OperationOf,
  SchemaOperation,
  SequenceOperation,
  TableOperation,
  TypeOperation,
} from "./operation.ts";

/**
 * The operations that take `operation` back, in order. A column that comes back stands where `position` says it was; rows and
 * values that are gone do not come back. Checking old rows has nothing to take back.
 * @throws IrreversibleOperationError saying what is missing.
 */
export function reverseOperation(operation: Operation): Operation[] {
  switch (operation.kind) {
    case "createSchema":
    case "dropSchema":
      return [reverseSchema(operation)];
    case "createTable":
    case "dropTable":
    case "renameTable":
    case "setTableComment":
    case "setTableOptions":
      return reverseTable(operation);
    case "addColumn":
    case "dropColumn":
    case "alterColumn":
    case "renameColumn":
      return [reverseColumn(operation)];
    case "addConstraint":
    case "dropConstraint":
    case "renameConstraint":
    case "validateConstraint":
      return reverseConstraint(operation);
    case "createIndex":
    case "dropIndex":
    case "renameIndex":
      return [reverseIndex(operation)];
    case "createEnum":
    case "dropEnum":
    case "renameEnum":
    case "addEnumValue":
    case "renameEnumValue":
    case "replaceEnumValues":
      return [reverseType(operation)];
    case "createSequence":
    case "dropSequence":
    case "alterSequence":
    case "renameSequence":
      return [reverseSequence(operation)];
    case "createDomain":
    case "dropDomain":
    case "alterDomain":
      return [reverseDomain(operation)];
    case "createExtension":
    case "dropExtension":
      return [reverseExtension(operation)];
    case "createObject":
    case "dropObject":
      return [reverseObject(operation)];
    case "execute":
    case "bulkInsert":
    case "backfill":
    case "run":
      throw irreversibleData(operation);
  }
}

/** The operations that take all of `operations` back, the last one first. @throws IrreversibleOperationError */
export function reverseOperations(operations: readonly Operation[]): Operation[] {
  return operations.toReversed().flatMap(reverseOperation);
}

function reverseSchema({ kind, name }: SchemaOperation): Operation {
  return { kind: kind === "createSchema" ? "dropSchema" : "createSchema", name };
}

function reverseTable(operation: TableOperation): Operation[] {
  switch (operation.kind) {
    case "createTable":
      return [{ kind: "dropTable", table: nameOf(operation.table), existing: operation.table }];
    case "dropTable":
      return [
        {
          kind: "createTable",
          table: existing(operation.existing, `dropTable '${displayName(operation.table)}'`, "the table"),
        },
      ];
    case "renameTable": {
      const { table, newName } = operation;
      return [{ kind: "renameTable", table: { ...table, name: newName }, newName: table.name }];
    }
    case "setTableComment": {
      const { table, comment } = operation;
      const before = existing(operation.existing, `setTableComment of '${displayName(table)}'`, "the comment");
      return [{ kind: "setTableComment", table, comment: before.comment, existing: { comment } }];
    }
    case "setTableOptions": {
      const { table, options } = operation;
      const before = existing(operation.existing, `setTableOptions of '${displayName(table)}'`, "the options");
      const names = Object.keys(options);
      return [
        {
          kind: "setTableOptions",
          table,
          options: Object.fromEntries(names.map((name) => [name, before[name]])),
          existing: options,
        },
      ];
    }
  }
}

function reverseColumn(operation: ColumnOperation): Operation {
  const { table } = operation;
  const title = (column: string): string => `${operation.kind} '${displayName(table)}.${column}'`;
  switch (operation.kind) {
    case "addColumn": {
      const { column, position } = operation;
      return { kind: "dropColumn", table, column: column.name, existing: column, position };
    }
    case "dropColumn": {
      const column = existing(operation.existing, title(operation.column), "the column");
      return { kind: "addColumn", table, column, position: operation.position };
    }
    case "alterColumn": {
      const { column, changes } = operation;
      const before = existing(operation.existing, title(column), "the column as it was");
      return {
        kind: "alterColumn",
        table,
        column,
        changes: Object.fromEntries(
          Object.keys(changes).map((key) => [key, before[key as keyof ColumnChanges]]),
        ) as ColumnChanges,
        existing: { ...before, ...changes },
      };
    }
    case "renameColumn":
      return { kind: "renameColumn", table, column: operation.newName, newName: operation.column };
  }
}

function reverseConstraint(operation: ConstraintOperation): Operation[] {
  const { table } = operation;
  switch (operation.kind) {
    case "addConstraint":
      return reverseAddConstraint(operation);
    case "dropConstraint": {
      const title = `dropConstraint '${operation.name ?? operation.constraintKind}' of '${displayName(table)}'`;
      return [{ kind: "addConstraint", table, constraint: existing(operation.existing, title, "the constraint") }];
    }
    case "renameConstraint":
      return [{ ...operation, name: operation.newName, newName: operation.name }];
    case "validateConstraint":
      return [];
  }
}

function reverseAddConstraint({ table, constraint, usingIndex }: OperationOf<"addConstraint">): Operation[] {
  const { kind, name } = constraint;
  const drop: Operation = { kind: "dropConstraint", table, constraintKind: kind, name, existing: constraint };
  if (usingIndex === undefined || (kind !== "primaryKey" && kind !== "unique")) return [drop];
  const { columns, include, nullsNotDistinct } = constraint;
  // An index that a constraint takes over is a plain one: these are the only details it can have.
  const index = {
    name: usingIndex,
    columns: columns.map((column) => ({ column })),
    unique: true,
    include,
    nullsNotDistinct,
  };
  return [drop, { kind: "createIndex", table, index }];
}

function reverseIndex(operation: IndexOperation): Operation {
  const { table } = operation;
  switch (operation.kind) {
    case "createIndex": {
      const { index, concurrently } = operation;
      return { kind: "dropIndex", table, name: index.name, concurrently, existing: index };
    }
    case "dropIndex": {
      const title = `dropIndex '${operation.name}' of '${displayName(table)}'`;
      const index = existing(operation.existing, title, "the index");
      return { kind: "createIndex", table, index, concurrently: operation.concurrently };
    }
    case "renameIndex":
      return { kind: "renameIndex", table, name: operation.newName, newName: operation.name };
  }
}

function reverseType(operation: TypeOperation): Operation {
  switch (operation.kind) {
    case "createEnum":
      return { kind: "dropEnum", type: nameOf(operation.type), existing: operation.type };
    case "dropEnum": {
      const title = `dropEnum '${displayName(operation.type)}'`;
      return { kind: "createEnum", type: existing(operation.existing, title, "the enum type") };
    }
    case "renameEnum": {
      const { type, newName } = operation;
      return { kind: "renameEnum", type: { ...type, name: newName }, newName: type.name };
    }
    case "addEnumValue": {
      const title = `addEnumValue '${operation.value}' of '${displayName(operation.type)}'`;
      const before = existing(operation.existing, title, "the enum type as it was");
      return replaceValues(before, valuesWith(before.values, operation));
    }
    case "renameEnumValue":
      return { ...operation, value: operation.newValue, newValue: operation.value };
    case "replaceEnumValues": {
      const { type, values, mapping } = operation;
      const title = `replaceEnumValues of '${displayName(type)}'`;
      const before = existing(operation.existing, title, "the enum type as it was");
      const reversed = replaceValues(before, values);
      const back = invertMapping(mapping, before.values, values);
      return back === undefined ? reversed : { ...reversed, mapping: back };
    }
  }
}

function replaceValues(before: CatalogEnum, values: readonly string[]): OperationOf<"replaceEnumValues"> {
  return { kind: "replaceEnumValues", type: nameOf(before), values: before.values, existing: { ...before, values } };
}

function valuesWith(
  values: readonly string[],
  { value, before, after }: OperationOf<"addEnumValue">,
): readonly string[] {
  if (before !== undefined) return values.toSpliced(values.indexOf(before), 0, value);
  return after === undefined ? [...values, value] : values.toSpliced(values.indexOf(after) + 1, 0, value);
}

/** A mapping goes back only for values that the old type does not have and that came from exactly one old value. */
function invertMapping(
  mapping: { readonly [value: string]: string } | undefined,
  before: readonly string[],
  after: readonly string[],
): { [value: string]: string } | undefined {
  if (mapping === undefined) return undefined;
  const back: { [value: string]: string } = {};
  for (const value of after) {
    const sources = Object.keys(mapping).filter((source) => mapping[source] === value);
    const [source] = sources;
    if (!before.includes(value) && sources.length === 1 && source !== undefined) back[value] = source;
  }
  return Object.keys(back).length === 0 ? undefined : back;
}

function reverseSequence(operation: SequenceOperation): Operation {
  switch (operation.kind) {
    case "renameSequence": {
      const { sequence, newName } = operation;
      return { kind: "renameSequence", sequence: { ...sequence, name: newName }, newName: sequence.name };
    }
    case "createSequence":
      return { kind: "dropSequence", sequence: nameOf(operation.sequence), existing: operation.sequence };
    case "dropSequence": {
      const title = `dropSequence '${displayName(operation.sequence)}'`;
      return { kind: "createSequence", sequence: existing(operation.existing, title, "the sequence") };
    }
    case "alterSequence": {
      const { sequence, changes } = operation;
      const title = `alterSequence '${displayName(sequence)}'`;
      const before = existing(operation.existing, title, "the sequence as it was");
      const keys = Object.keys(changes) as (keyof typeof changes)[];
      return {
        kind: "alterSequence",
        sequence,
        changes: Object.fromEntries(keys.map((key) => [key, before[key]])),
        existing: { ...before, ...changes },
      };
    }
  }
}

function reverseDomain(operation: DomainOperation): Operation {
  switch (operation.kind) {
    case "createDomain":
      return { kind: "dropDomain", domain: nameOf(operation.domain), existing: operation.domain };
    case "dropDomain": {
      const title = `dropDomain '${displayName(operation.domain)}'`;
      return { kind: "createDomain", domain: existing(operation.existing, title, "the domain") };
    }
    case "alterDomain": {
      const { domain, changes } = operation;
      const before = existing(operation.existing, `alterDomain '${displayName(domain)}'`, "the domain as it was");
      const keys = Object.keys(changes) as (keyof DomainChanges)[];
      return {
        kind: "alterDomain",
        domain,
        changes: Object.fromEntries(keys.map((key) => [key, before[key]])),
        existing: { ...before, ...changes },
      };
    }
  }
}

function reverseExtension(operation: ExtensionOperation): Operation {
  if (operation.kind === "createExtension")
    return { kind: "dropExtension", name: operation.extension.name, existing: operation.extension };
  const title = `dropExtension '${operation.name}'`;
  return { kind: "createExtension", extension: existing(operation.existing, title, "the extension") };
}

function reverseObject({ kind, object }: OpaqueOperation): Operation {
  return { kind: kind === "createObject" ? "dropObject" : "createObject", object };
}

function irreversibleData(operation: DataOperation): IrreversibleOperationError {
  const titles = {
    execute: "execute with SQL of the program's own",
    bulkInsert: "bulkInsert",
    backfill: "backfill",
    run: "run with code of the program's own",
  } as const;
  return new IrreversibleOperationError(
    `The operation ${titles[operation.kind]} cannot be reversed: what the rows were before is not known. Write the downgrade by hand.`,
  );
}

function existing<T>(value: T | undefined, operation: string, what: string): T {
  if (value !== undefined) return value;
  throw new IrreversibleOperationError(
    `The operation ${operation} cannot be reversed: it does not say what ${what} was. Pass it as \`existing\`, or write the downgrade by hand.`,
  );
}

function nameOf({ schema, name }: { readonly schema?: string | undefined; readonly name: string }): {
  readonly schema?: string | undefined;
  readonly name: string;
} {
  return { schema, name };
}
