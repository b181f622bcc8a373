/** Pieces of operations as source text that need neither types nor SQL. Used by `render-operation.ts`. */
import type { CatalogForeignKey, CatalogIdentity, CatalogTable, QualifiedName } from "../../metadata/catalog.ts";
import type {
  ConstraintDefinition,
  ExtensionOperation,
  OperationOf,
  SequenceOperation,
  TypeOperation,
} from "../../metadata/operation.ts";
import { arrayCode, callCode, objectCode, stringCode, type Code } from "./code.ts";

export function constraintsOf(table: CatalogTable): ConstraintDefinition[] {
  return [
    ...(table.primaryKey === undefined ? [] : [{ kind: "primaryKey" as const, ...table.primaryKey }]),
    ...table.uniques.map((key) => ({ kind: "unique" as const, ...key })),
    ...table.foreignKeys.map((key) => ({ kind: "foreignKey" as const, ...key })),
    ...table.checks.map((check) => ({ kind: "check" as const, ...check })),
    ...table.exclusions.map((exclusion) => ({ kind: "exclusion" as const, ...exclusion })),
  ];
}

export function op(name: string, ...parameters: (Code | undefined)[]): Code {
  return callCode(`op.${name}`, parameters);
}

export function nameCode({ schema, name }: QualifiedName): string {
  return schema === undefined ? stringCode(name) : `{ schema: ${stringCode(schema)}, name: ${stringCode(name)} }`;
}

export function nameText(name: QualifiedName): string {
  return nameCode(name).replace(/\s+/g, " ");
}

export function stringsCode(texts: readonly string[]): Code {
  return arrayCode(texts.map(stringCode));
}

export function textOrNull(text: string | null | undefined): string {
  return text === undefined || text === null ? "null" : stringCode(text);
}

export function optionsCode(options: { readonly [name: string]: string | null | undefined }): Code {
  return objectCode(Object.entries(options).map(([name, value]) => [name, textOrNull(value)])) ?? "{}";
}

export function enumCode(operation: TypeOperation): Code {
  switch (operation.kind) {
    case "createEnum":
      return op("createEnum", nameCode(operation.type), stringsCode(operation.type.values));
    case "dropEnum":
      return op("dropEnum", nameCode(operation.type));
    case "renameEnum":
      return op("renameEnum", nameCode(operation.type), stringCode(operation.newName));
    case "addEnumValue": {
      const { before, after } = operation;
      const position = objectCode([
        ["before", before === undefined ? undefined : stringCode(before)],
        ["after", after === undefined ? undefined : stringCode(after)],
      ]);
      return op("addEnumValue", nameCode(operation.type), stringCode(operation.value), position);
    }
    case "renameEnumValue":
      return op(
        "renameEnumValue",
        nameCode(operation.type),
        stringCode(operation.value),
        stringCode(operation.newValue),
      );
    case "replaceEnumValues": {
      const mapping = operation.mapping === undefined ? undefined : optionsCode(operation.mapping);
      return op(
        "replaceEnumValues",
        nameCode(operation.type),
        stringsCode(operation.values),
        objectCode([["mapping", mapping]]),
      );
    }
  }
}

export function identityCode(identity: CatalogIdentity | undefined): Code | undefined {
  if (identity === undefined) return undefined;
  const { always, serial, cycle, start, increment, minValue, maxValue, cache } = identity;
  const number = (text: string | undefined): string | undefined => (text === undefined ? undefined : numberCode(text));
  const options = objectCode([
    ["always", always ? "true" : undefined],
    ["serial", serial === undefined ? undefined : stringCode(serial)],
    ["start", number(start)],
    ["increment", number(increment)],
    ["minValue", number(minValue)],
    ["maxValue", number(maxValue)],
    ["cache", number(cache)],
    ["cycle", cycle === true ? "true" : undefined],
  ]);
  return options ?? "true";
}

/** A whole number, as a bigint where a number would lose digits. */
function numberCode(text: string): string {
  return Number.isSafeInteger(Number(text)) ? text : `${text}n`;
}

export function foreignKeyParameters(key: CatalogForeignKey): (Code | undefined)[] {
  const { name, onDelete, onUpdate, onDeleteColumns, match, deferrable, notValid } = key;
  const options = objectCode([
    ["name", textOrNull(name)],
    ["onDelete", onDelete === undefined ? undefined : stringCode(onDelete)],
    ["onUpdate", onUpdate === undefined ? undefined : stringCode(onUpdate)],
    ["onDeleteColumns", onDeleteColumns === undefined ? undefined : stringsCode(onDeleteColumns)],
    ["match", match === undefined ? undefined : stringCode(match)],
    ["deferrable", deferrable === undefined ? undefined : stringCode(deferrable)],
    ["notValid", notValid === true ? "true" : undefined],
  ]);
  return [stringsCode(key.columns), nameCode(key.referred), stringsCode(key.referredColumns), options];
}

export function constraintChange(operation: OperationOf<"renameConstraint" | "validateConstraint">): Code {
  const table = nameCode(operation.table);
  const name = stringCode(operation.name);
  const kind = stringCode(operation.constraintKind);
  if (operation.kind === "validateConstraint") return op("validateConstraint", table, name, kind);
  return op("renameConstraint", table, name, stringCode(operation.newName), kind);
}

export function sequenceCode(operation: SequenceOperation): Code {
  if (operation.kind === "renameSequence")
    return op("renameSequence", nameCode(operation.sequence), stringCode(operation.newName));
  if (operation.kind === "dropSequence") return op("dropSequence", nameCode(operation.sequence));
  const isChange = operation.kind === "alterSequence";
  const given = isChange ? operation.changes : operation.sequence;
  const commentCode = (text: string | undefined): Code | undefined =>
    text === undefined ? undefined : stringCode(text);
  const number = (text: string | undefined): string | undefined => (text === undefined ? undefined : numberCode(text));
  const options = objectCode([
    ["type", given.type === undefined ? undefined : stringCode(given.type)],
    ["start", number(given.start)],
    ["increment", number(given.increment)],
    ["minValue", number(given.minValue)],
    ["maxValue", number(given.maxValue)],
    ["cache", number(given.cache)],
    ["cycle", given.cycle === undefined ? undefined : String(given.cycle)],
    ["comment", isChange && "comment" in given ? textOrNull(given.comment) : commentCode(given.comment)],
  ]);
  return op(operation.kind, nameCode(operation.sequence), options);
}

export function extensionCode(operation: ExtensionOperation): Code {
  if (operation.kind === "dropExtension") return op("dropExtension", stringCode(operation.name));
  const { name, schema, version } = operation.extension;
  const options = objectCode([
    ["schema", schema === undefined ? undefined : stringCode(schema)],
    ["version", version === undefined || version === "" ? undefined : stringCode(version)],
  ]);
  return op("createExtension", stringCode(name), options);
}
