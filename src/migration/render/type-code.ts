/** Column types as source text: `varchar(20)`, or sql`vector(3)` for what has no constructor. */
import type { MigrationDialect } from "../../dialect/migration-dialect.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { sqlCode, stringCode } from "./code.ts";

/** Source text, and the names that it needs to import. */
export interface TypeCode {
  readonly code: string;
  readonly imports: readonly string[];
}

/**
 * The type that the catalog spells `text`.
 * @param hint - The type that a model gives the column; it is preferred where the database spells both alike (a boolean on SQLite).
 */
export function typeCode(text: string, dialect: MigrationDialect, hint?: SqlType): TypeCode {
  const reflected = dialect.reflectType(text);
  if (hint !== undefined && dialect.typeText(hint) === dialect.typeText(reflected)) {
    const code = constructorCode(builtIn(hint));
    if (code !== undefined) return code;
  }
  return constructorCode(reflected) ?? { code: sqlCode(text), imports: ["sql"] };
}

function builtIn(type: SqlType): SqlType {
  return type.kind === "custom" && type.ddl === undefined ? builtIn(type.impl) : type;
}

function constructorCode(type: SqlType): TypeCode | undefined {
  const call = (name: string, ...parameters: (number | string | undefined)[]): TypeCode => ({
    code: `${name}(${parameters.filter((value) => value !== undefined).join(", ")})`,
    imports: [name],
  });
  switch (type.kind) {
    case "smallint":
    case "integer":
    case "bigint":
    case "real":
    case "double":
    case "boolean":
    case "date":
    case "uuid":
      return call(type.kind);
    case "numeric":
      return call("decimal", type.precision, type.scale);
    case "text":
      if (type.collation !== undefined) return undefined;
      if (type.length === undefined) return call("text");
      return call(type.fixed === true ? "char" : "varchar", type.length);
    case "time":
      return call("time", type.precision);
    case "timestamp":
      return call("timestamp", timestampOptions(type));
    case "json":
      return call(type.binary ? "jsonb" : "json");
    case "bytes":
      return call("bytea", type.length);
    case "enum":
      if (type.name !== undefined) return undefined;
      return call("enumType", `[${type.values.map(stringCode).join(", ")}]`);
    case "array": {
      const item = constructorCode(type.item);
      if (item === undefined) return undefined;
      return { code: `array(${item.code})`, imports: ["array", ...item.imports] };
    }
    default:
      return undefined;
  }
}

function timestampOptions(type: { readonly timeZone: boolean; readonly precision?: number }): string | undefined {
  const options = [
    ...(type.timeZone ? [] : ["timeZone: false"]),
    ...(type.precision === undefined ? [] : [`precision: ${String(type.precision)}`]),
  ];
  return options.length === 0 ? undefined : `{ ${options.join(", ")} }`;
}
