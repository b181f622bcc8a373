/** Refuses operations that lose data unless somebody agreed to it, object by object: the run's caller, or the revision's author. */
import { displayName, type QualifiedName } from "../../metadata/catalog.ts";
import type { Operation, OperationOf } from "../../metadata/operation.ts";
import { DestructiveOperationError } from "../errors.ts";
import type { Recording } from "./options.ts";
import { sqlLosses } from "./sql-losses.ts";

/** What is lost, and the name that consents to it. */
export interface Loss {
  readonly object: string;
  readonly text: string;
}

/** @throws DestructiveOperationError naming everything that would be lost and that `consent` does not name. */
export function refuseLosses(recordings: readonly Recording[], consent: readonly string[] | "all"): void {
  if (consent === "all") return;
  const losses = recordings.flatMap(({ revision, direction, operations }) => {
    const accepted = direction === "upgrade" ? (revision.acceptsDataLoss ?? []) : [];
    return operations
      .flatMap(lossesOf)
      .filter(({ object }) => !consent.includes(object) && !accepted.includes(object))
      .map((loss) => ({ revision: revision.id, ...loss }));
  });
  if (losses.length > 0) throw new DestructiveOperationError(losses);
}

/**
 * What an operation loses. The rule: what goes away with its values is lost, and so is what no check can vouch for. The steps of
 * a change of type look for rows that the new type cannot hold as they are and stop there, on every database, so that nothing is
 * lost without `using`; a conversion of the program's own (`using`), the items of arrays and enum values that become one are not
 * checked. SQL texts are read for what they drop and empty, no further.
 */
export function lossesOf(operation: Operation): readonly Loss[] {
  switch (operation.kind) {
    case "dropSchema":
      return [{ object: operation.name, text: "the schema is dropped" }];
    case "dropTable":
      return [{ object: displayName(operation.table), text: "the table is dropped with its rows" }];
    case "dropColumn":
      return [{ object: columnName(operation), text: "the column is dropped with its values" }];
    case "alterColumn":
      return conversionLosses(operation);
    case "replaceEnumValues":
      return mergedValues(operation);
    case "dropSequence":
      return [{ object: displayName(operation.sequence), text: "the sequence is dropped with its counter" }];
    case "dropExtension":
      return [{ object: operation.name, text: "the extension is dropped with all that it brought" }];
    case "execute":
      return sqlLosses(operation.sql);
    default:
      return [];
  }
}

function columnName({ table, column }: { readonly table: QualifiedName; readonly column: string }): string {
  return `${displayName(table)}.${column}`;
}

function conversionLosses(operation: OperationOf<"alterColumn">): readonly Loss[] {
  const { changes, using, existing } = operation;
  const object = columnName(operation);
  if (using !== undefined) return [{ object, text: "its values become what `using` makes of them" }];
  const { type } = changes;
  const isArray = type?.endsWith("[]") === true && type !== existing?.type && type !== "text[]";
  return isArray ? [{ object, text: `items of its arrays may be cut or rounded to fit '${type}'` }] : [];
}

/** Values that cannot be told apart any more. */
function mergedValues({ type, mapping = {}, existing }: OperationOf<"replaceEnumValues">): readonly Loss[] {
  const sources = Object.keys(mapping);
  const merged = sources.filter((source) => {
    const target = mapping[source] ?? source;
    const stays = !Object.hasOwn(mapping, target) && (existing?.values.includes(target) ?? true);
    return stays || sources.some((other) => other !== source && mapping[other] === target);
  });
  if (merged.length === 0) return [];
  const list = merged.map((value) => `'${value}' becomes '${mapping[value] ?? value}'`).join(", ");
  return [{ object: displayName(type), text: `values become one with others: ${list}` }];
}
